"""What can be true of a task: its states, priorities, pools. Pure; the kinds an office uses are data."""

from __future__ import annotations

STATUSES = {"open": "Open", "done": "Done", "cancelled": "Closed"}
PRIORITIES = {"routine": "Routine", "urgent": "Urgent", "asap": "As soon as possible", "stat": "Now"}
"""FHIR R4 RequestPriority, http://hl7.org/fhir/R4/valueset-request-priority.html."""
