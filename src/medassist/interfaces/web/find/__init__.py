"""Find (Ctrl K): patients, what can be done for the first of them, pages. The same for typing and for scanning."""
