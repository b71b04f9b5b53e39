"""What may be asked of vital signs: one class an action, and a form's words turned into one of them."""

from medassist.domain.vitals.inputs.asked import (
    AdoptVitals,
    AmendObservation,
    BeginSeries,
    CloseSeries,
    ConfirmVitals,
    CorrectReading,
    PlaceAgain,
    ReceiveVitals,
    StopSeries,
    TakeVitals,
)
from medassist.domain.vitals.inputs.found import Found
from medassist.domain.vitals.inputs.reported import (
    AssignedVitals,
    AssignReport,
    DismissReport,
    Group,
    OfReport,
    ReportVitals,
    Sent,
    Told,
)
from medassist.domain.vitals.inputs.typed import correction_from_form, found_from_form, from_form

__all__ = [
    "AdoptVitals", "AmendObservation", "AssignReport", "AssignedVitals", "BeginSeries", "CloseSeries", "ConfirmVitals",
    "CorrectReading", "DismissReport", "Found", "Group", "OfReport", "PlaceAgain", "ReceiveVitals", "ReportVitals",
    "Sent", "StopSeries", "TakeVitals", "Told", "correction_from_form", "found_from_form", "from_form",
]  # fmt: skip
