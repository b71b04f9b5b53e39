"""What may be asked of the office."""

from medassist.domain.office.inputs.devices import AddDevice, ChangeDevice, OfDevice, PlaceDevice, RetireDevice
from medassist.domain.office.inputs.fields import OfSite, OfStaff
from medassist.domain.office.inputs.shifts import EndShifts, RecordAbsence, SetShifts, WithdrawAbsence
from medassist.domain.office.inputs.sites import (
    AddRoom,
    AddSite,
    ChangeOrganization,
    ChangeRoom,
    ChangeSettings,
    ChangeSite,
    CloseDays,
    OpenOrganization,
    SetHours,
    SetUp,
    WithdrawClosure,
)
from medassist.domain.office.inputs.staff import (
    AddStaff,
    ChangePosition,
    ChangeStaff,
    CheckIn,
    CheckOut,
    EndPosition,
    GivePosition,
    LeaveOffice,
)

__all__ = [
    "AddDevice", "AddRoom", "AddSite", "AddStaff", "ChangeDevice", "ChangeOrganization", "ChangePosition",
    "ChangeRoom", "ChangeSettings", "ChangeSite", "ChangeStaff", "CheckIn", "CheckOut", "CloseDays", "EndPosition",
    "EndShifts", "GivePosition", "LeaveOffice", "OfDevice", "OfSite", "OfStaff", "OpenOrganization", "PlaceDevice",
    "RecordAbsence", "RetireDevice", "SetHours", "SetShifts", "SetUp", "WithdrawAbsence", "WithdrawClosure",
]  # fmt: skip
