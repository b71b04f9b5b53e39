"""Vital signs in other people's words: FHIR Observation (US Core vital signs)."""

from medassist.domain.vitals.wire.made import BASE, PROFILES
from medassist.domain.vitals.wire.read import change_from_fhir, doubted, from_fhir, mine, place
from medassist.domain.vitals.wire.show import observations, readings_to_fhir, to_fhir

__all__ = [
    "BASE", "PROFILES", "change_from_fhir", "doubted", "from_fhir", "mine", "observations", "place",
    "readings_to_fhir", "to_fhir",
]  # fmt: skip
