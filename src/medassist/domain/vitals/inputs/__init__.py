"""What may be asked of vital signs: one class an action, and a form's words turned into one of them."""

from medassist.domain.vitals.inputs.asked import (
    AdoptVitals,
    BeginSeries,
    CloseSeries,
    ConfirmVitals,
    CorrectReading,
    ReceiveVitals,
    StopSeries,
    TakeVitals,
)
from medassist.domain.vitals.inputs.found import Found
from medassist.domain.vitals.inputs.typed import correction_from_form, found_from_form, from_form

__all__ = [
    "AdoptVitals", "BeginSeries", "CloseSeries", "ConfirmVitals", "CorrectReading", "Found", "ReceiveVitals",
    "StopSeries", "TakeVitals", "correction_from_form", "found_from_form", "from_form",
]  # fmt: skip
