"""What can be done to the schedule."""

from medassist.domain.scheduling.actions.absences import follow_absence
from medassist.domain.scheduling.actions.appointments import (
    book,
    cancel,
    change,
    follow_visit,
    hold,
    no_show,
    release,
    reschedule,
    restore,
)
from medassist.domain.scheduling.actions.times import (
    add_type,
    change_type,
    end_times,
    offer,
    roll_schedule,
    roll_slots,
    take_profile_types,
)

__all__ = [
    "add_type", "book", "cancel", "change", "change_type", "end_times", "follow_absence", "follow_visit", "hold",
    "no_show", "offer", "release", "reschedule", "restore", "roll_schedule", "roll_slots", "take_profile_types",
]  # fmt: skip
