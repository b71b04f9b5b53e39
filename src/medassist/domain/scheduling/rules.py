"""What can be true of a schedule: statuses, how they follow each other, how a day is cut into slots. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta

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

WAITING = ("proposed", "pending", "booked")
"""Somebody is still expected."""

ENDED = ("cancelled", "noshow", "entered-in-error")
"""The time is free again."""

SLOT_STATUSES = {
    "free": "Open",
    "busy": "Booked",
    "busy-unavailable": "Held",
    "busy-tentative": "Tentative",
    "entered-in-error": "Withdrawn",
}
"""FHIR R4 SlotStatus, http://hl7.org/fhir/R4/valueset-slotstatus.html."""

CANCEL_REASONS = {
    "pat": "The patient cancelled",
    "pat-cpp": "The patient's condition changed",
    "prov": "The provider cannot",
    "oth-weath": "Weather",
    "oth-err": "Booked in error",
    "other": "Another reason",
}
"""Of FHIR R4's http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason, those that a desk uses daily."""

HORIZON = 14
"""Days ahead for which slots are shown to other systems."""

UNDO = timedelta(minutes=10)
"""How long the person who cancelled can take it back."""

Stretch = tuple[datetime, datetime]
Wall = Callable[[date, time], datetime | None]


def cut(day: date, begins: time, ends: time, minutes: int, wall: Wall) -> Iterator[Stretch]:
    """The slots of one stretch of a day; those whose clock time does not exist that day are left out."""
    step, at = timedelta(minutes=minutes), datetime.combine(day, begins)
    while at + step <= datetime.combine(day, ends):
        if (start := wall(day, at.time())) is not None:
            yield start, start + step
        at += step


def overlaps(a: Stretch, b: Stretch) -> bool:
    """Whether two stretches share a moment; touching ends do not."""
    return a[0] < b[1] and b[0] < a[1]


def openings(
    stretches: Iterable[Stretch], busy: Iterable[Stretch], minutes: int, step: int, after: datetime
) -> Iterator[datetime]:
    """Every start, in steps from each stretch's beginning, at which so many minutes are free inside it."""
    taken = sorted(busy)
    for begin, end in sorted(stretches):
        at = begin
        while at + timedelta(minutes=minutes) <= end:
            wanted = (at, at + timedelta(minutes=minutes))
            if at >= after and not any(overlaps(wanted, one) for one in taken):
                yield at
            at += timedelta(minutes=step)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Stretches that touch or overlap, as one."""
    whole: list[Stretch] = []
    for begin, end in sorted(stretches):
        if whole and begin <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((begin, end))
    return whole


def without(stretches: Iterable[Stretch], gaps: Iterable[Stretch]) -> list[Stretch]:
    """What is left of stretches when gaps are cut out of them."""
    left = list(stretches)
    for begin, end in gaps:
        pieces = [[(a, min(b, begin)), (max(a, end), b)] for a, b in left]
        left = [(a, b) for pair in pieces for a, b in pair if a < b]
    return left
