"""Patients by their numbers, and where our own numbers come from."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import connection

from medassist.domain.people.models import Identifier, Patient
from medassist.domain.people.rules import numbers

STEP = 32  # the increment of the sequence: one question for so many numbers
_lock = threading.Lock()
_left: list[int] = []
_system: list[str] = []


def own_system() -> str:
    """The system (FHIR Identifier.system) of the numbers that this installation gives."""
    if told := getattr(settings, "MEDASSIST_MRN_SYSTEM", ""):
        return told
    if not _system:
        with connection.cursor() as cursor:
            cursor.execute("SELECT obj_description('people_mrn'::regclass, 'pg_class')")
            _system.append(cursor.fetchone()[0])
    return _system[0]


def next_mrns(count: int = 1) -> list[str]:
    """New record numbers, each given once; a registration that fails leaves a gap."""
    with _lock:
        missing = count - len(_left)
        if missing > 0:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('people_mrn') FROM generate_series(1, %s)", [-(-missing // STEP)])
                for (first,) in cursor.fetchall():
                    _left.extend(range(first, first + STEP))
        taken, _left[:count] = _left[:count], []
    return [numbers.mrn(number) for number in taken]


def by_mrn(mrn: str) -> UUID | None:
    """The patient who has this number of ours."""
    return Patient.objects.filter(mrn=numbers.plain(mrn)).values_list("id", flat=True).first()


def by_mrns(mrns: Iterable[str]) -> dict[str, UUID]:
    """The patients who have these numbers of ours, by the number as it was said."""
    said = {one: numbers.plain(one) for one in mrns}
    found = dict(Patient.objects.filter(mrn__in=set(said.values())).values_list("mrn", "id")) if said else {}
    return {one: found[plain] for one, plain in said.items() if plain in found}


def by_identifier(system: str, value: str) -> UUID | None:
    """The one patient who has this number; None when nobody has it, or several do."""
    if system == own_system():
        return by_mrn(value)
    holders = Identifier.objects.filter(system=system, value=value, plain=numbers.plain(value), until__isnull=True)
    return _only(holders.values_list("patient_id", flat=True).distinct()[:2])


def by_mr(value: str) -> UUID | None:
    """The one patient of this record number where the sender names no authority: ours first, else anybody's."""
    if found := by_mrn(value):
        return found
    holders = Identifier.objects.filter(type="MR", plain=numbers.plain(value), until__isnull=True)
    return _only(holders.values_list("patient_id", flat=True).distinct()[:2])


def _only(found: object) -> UUID | None:
    ids = list(found)  # type: ignore[call-overload]
    return ids[0] if len(ids) == 1 else None


def identifiers(patient: UUID) -> list[dict]:
    """The numbers that others gave a patient, as FHIR Identifier, in order."""
    held = Identifier.objects.filter(patient=patient, until=None).order_by("ordinal", "id")
    return list(held.values_list("record", flat=True))
