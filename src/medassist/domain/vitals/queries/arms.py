"""Where no pressure is taken of a patient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from medassist.domain.people import queries as people
from medassist.domain.vitals.inputs.found import Found
from medassist.domain.vitals.rules import arms


def barred(patient: UUID, on: date | None = None) -> dict[str, str]:
    """The sites at which no pressure is taken, each with the words of its alert: one statement."""
    return arms.barred(people.alerts(patient, on)[patient])


def barred_by(alerts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The same of alerts that are at hand."""
    return arms.barred(alerts)


def free_arm(sites: Mapping[str, str]) -> str:
    """The arm that is left where one is barred; "" where none is, or both are."""
    return arms.free(sites)


def asked_about(found: tuple[Found, ...], patient: UUID, on: date) -> dict[str, list[str]]:
    """What is asked about pressures on an arm that an alert bars, by field."""
    said = [one for one in found if one.sign == "systolic" and one.body_site]
    if not said:
        return {}
    sites = barred(patient, on)
    return {one.field: [why] for one in said if (why := arms.doubt(one.body_site, sites))}
