"""What may be asked of vital signs: one class an action, and a form's words turned into one of them."""

from medassist.domain.vitals.inputs.asked import (
    AdoptVitals,
    AmendObservation,
    ConfirmVitals,
    CorrectReading,
    PlaceAgain,
    ReceiveVitals,
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
    Told,
)
from medassist.domain.vitals.inputs.typed import correction_from_form, found_from_form, from_form

__all__ = [
    "AdoptVitals", "AmendObservation", "AssignReport", "AssignedVitals", "ConfirmVitals", "CorrectReading",
    "DismissReport", "Found", "Group", "OfReport", "PlaceAgain", "ReceiveVitals", "ReportVitals", "TakeVitals", "Told",
    "correction_from_form", "found_from_form", "from_form",
]  # fmt: skip
