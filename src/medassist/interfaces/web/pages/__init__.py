"""Pages of the web interface itself: signing in, the lock, one's own account, accounts, the trail."""
