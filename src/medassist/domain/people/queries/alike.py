"""Records that may be of the same person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from medassist.domain.people.models import Identifier, Patient
from medassist.domain.people.queries.patients import COLUMNS, line, today
from medassist.domain.people.rules import dates, names, search
from medassist.domain.people.rules import duplicates as likenesses

LOOKED_AT = 20  # candidates compared before a registration; the nearest kinds come first


def alike(
    record: Mapping[str, Any], identifiers: Iterable[Mapping[str, Any]] = (), but: UUID | None = None
) -> list[tuple[likenesses.Likeness, dict[str, Any]]]:
    """Patients like these elements, the likest first, each with the points and reasons."""
    told = list(identifiers)
    one = likenesses.traits(record, told)
    found = {}
    for row in _candidates(record, one, but):
        other = likenesses.traits(row["record"], row.pop("numbers", ()))
        likeness = likenesses.likeness(one, other)
        if likeness.score > 30 or likeness.same_number:
            found[row["id"]] = (likeness, row)
    return sorted(found.values(), key=lambda pair: -pair[0].score)


def duplicates(
    record: Mapping[str, Any], identifiers: Iterable[Mapping[str, Any]] = (), but: UUID | None = None
) -> list[dict[str, Any]]:
    """Likely duplicates of these elements as lines with score and reasons, for a screen."""
    on = today()
    return [
        {**line(row, on), "score": min(likeness.score, 100), "reasons": likeness.reasons, "likely": likeness.likely}
        for likeness, row in alike(record, identifiers, but)
    ]


def _candidates(record: Mapping[str, Any], one: likenesses.Traits, but: UUID | None) -> list[dict[str, Any]]:
    """Patients who share enough to be compared: birth date and a word, phone, name with a near birth date, a number."""
    words = names.words(record.get("name") or [])
    day = dates.day_of(one.born)
    same = Q(pk__in=[])
    if one.phones:
        same |= Q(keys__overlap=[search.phone_keys(number)[0] for number in one.phones])
    if day and words:
        same |= Q(birth_date=day)
        same |= Q(birth_date__in=dates.slips(one.born), keys__overlap=search.exact_keys(words[:4], called=False))
    elif words:
        same |= Q(keys__overlap=search.exact_keys(words[:4], called=False))
    found = Patient.objects.filter(same)
    shared = _sharing(one)
    if shared:
        found = Patient.objects.filter(same | Q(pk__in=list(shared)))
    if but:
        found = found.exclude(pk=but)
    rows = list(found.values(*COLUMNS, "record")[:LOOKED_AT])
    for row in rows:
        row["numbers"] = [{"system": s, "value": v} for s, v in shared.get(row["id"], ())]
    return rows


def _sharing(one: likenesses.Traits) -> dict[UUID, list[tuple[str, str]]]:
    """Who has one of these numbers already."""
    if not one.identifiers:
        return {}
    held = Identifier.objects.filter(
        system__in={system for system, _ in one.identifiers}, value__in={v for _, v in one.identifiers}, until=None
    )
    found: dict[UUID, list[tuple[str, str]]] = {}
    for patient, system, value in held.values_list("patient_id", "system", "value")[:LOOKED_AT]:
        if (system, value) in one.identifiers:
            found.setdefault(patient, []).append((system, value))
    return found
