"""Patients for tests, made by the actions themselves."""

from __future__ import annotations

from typing import Any

from medassist.domain.people import actions
from medassist.domain.people.inputs import RegisterPatient
from medassist.domain.people.models import Patient
from medassist.kernel.context import Context
from medassist.kernel.testing import context


def given_patient(
    family: str = "Ortega", given: str = "Marisol", born: str = "1983-03-04", ctx: Context | None = None, **more: Any
) -> Patient:
    """A registered patient; asks nobody about likely duplicates unless told to."""
    more.setdefault("confirmed", frozenset({"duplicate"}))
    more.setdefault("names", [{"use": "official", "family": family, "given": given.split()}])
    return actions.register(ctx or context(), RegisterPatient.of(birth_date=born, **more))


def phone(number: str) -> dict[str, str]:
    """A phone as FHIR ContactPoint."""
    return {"system": "phone", "value": number}
