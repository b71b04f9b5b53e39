"""What can be done to the office."""

from medassist.domain.office.actions.devices import (
    add_device,
    change_device,
    place_device,
    retire_device,
)
from medassist.domain.office.actions.office import (
    add_room,
    add_site,
    add_staff,
    change_organization,
    change_position,
    change_room,
    change_settings,
    change_site,
    change_staff,
    check_in,
    check_out,
    close_days,
    end_position,
    give_position,
    leave,
    open_organization,
    set_hours,
    set_up,
    withdraw_closure,
)
from medassist.domain.office.actions.shifts import end_shifts, record_absence, set_shifts, withdraw_absence

__all__ = [
    "add_device", "add_room", "add_site", "add_staff", "change_device", "change_organization", "change_position",
    "change_room", "change_settings", "change_site", "change_staff", "check_in", "check_out", "close_days",
    "end_position", "end_shifts", "give_position", "leave", "open_organization", "place_device", "record_absence",
    "retire_device", "set_hours", "set_shifts", "set_up", "withdraw_absence", "withdraw_closure",
]  # fmt: skip
