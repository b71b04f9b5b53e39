"""What can be true of a schedule: statuses, how they follow each other, how a day is cut into slots. Pure."""

from __future__ import annotations

STATUSES = {
    "proposed": "Proposed",
    "pending": "Pending",
    "booked": "Booked",
    "arrived": "Arrived",
    "checked-in": "Checked in",
    "fulfilled": "Seen",
    "cancelled": "Cancelled",
    "noshow": "Did not come",
    "entered-in-error": "Booked in error",
    "waitlist": "Waiting list",
}
"""FHIR R4 AppointmentStatus, http://hl7.org/fhir/R4/valueset-appointmentstatus.html, in the words of the desk."""

SLOT_STATUSES = {
    "free": "Open",
    "busy": "Booked",
    "busy-unavailable": "Held",
    "busy-tentative": "Tentative",
    "entered-in-error": "Withdrawn",
}
"""FHIR R4 SlotStatus, http://hl7.org/fhir/R4/valueset-slotstatus.html."""
