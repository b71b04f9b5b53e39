"""Patients and vital signs made by the actions themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from medassist.domain.vitals import actions
from medassist.domain.vitals.inputs import TakeVitals
from medassist.domain.vitals.models import VitalSet
from medassist.kernel import clock
from medassist.kernel.context import Context
from medassist.kernel.testing import context
from tests.office.given import given_patient

NOW = datetime(2026, 11, 23, 18, 38, tzinfo=UTC)
ADULT = {
    "systolic": ("148", "mm[Hg]"), "diastolic": ("92", "mm[Hg]"), "pulse": ("88", "/min"),
    "respirations": ("16", "/min"),
    "temperature": ("98.4", "[degF]"), "oxygen_saturation": ("98", "%"), "weight": ("187.6", "[lb_av]"),
    "height": ("64.5", "[in_i]"), "pain": ("4", "{score}"),
}  # fmt: skip

__all__ = ["ADULT", "NOW", "found", "given_patient", "given_set", "taking"]


def found(**signs: Any) -> list[dict[str, Any]]:
    """Signs by name, each a value and a unit, or a value in the unit of ADULT."""
    made = []
    for name, told in signs.items():
        value, unit = told if isinstance(told, tuple) else (told, ADULT[name][1])
        made.append({"sign": name, "value": value, "unit": unit})
    return made


def taking(patient: Any, **parts: Any) -> TakeVitals:
    """Inputs of one set; the whole adult set unless signs are given."""
    signs = {name: parts.pop(name) for name in list(parts) if name in ADULT}
    given = {"patient": patient.pk, "taken_at": parts.pop("at", None) or clock.now(), "found": found(**signs or ADULT)}
    parts["confirmed"] = {"taken_at", *parts.get("confirmed", ())}  # days long gone are what many tests are about
    return TakeVitals.of(**{**given, **parts})


def given_set(patient: Any, ctx: Context | None = None, days_ago: float = 0, **parts: Any) -> VitalSet:
    """A set that was taken."""
    at = clock.now() - timedelta(days=days_ago)
    return actions.take(ctx or context(), taking(patient, at=at, **parts))
