"""Records that may be of the same person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from medassist.domain.people.queries import keyed
from medassist.domain.people.queries.patients import line, today
from medassist.domain.people.rules import dates, names, numbers, search
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
        other = likenesses.traits(row["record"], row.get("numbers", ()))
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


NUMBERED = f"""(SELECT {keyed.TAKEN}, p.record, h.system, h.value FROM people_identifier h
 JOIN people_patient p ON p.id = h.patient_id
 WHERE h.plain = ANY(%s::text[]) AND h.value = ANY(%s::text[]) AND h.system = ANY(%s::text[]) AND h.until IS NULL
 LIMIT {LOOKED_AT})"""
BY_PHONE = keyed.by_key("", LOOKED_AT, "record, '', ''")
BORN_THEN = keyed.where("p.birth_date = %s AND p.keys && %s::text[]", LOOKED_AT, "record, '', ''")
BORN_NEARLY = keyed.by_key("p.birth_date = ANY(%s::date[])", LOOKED_AT, "record, '', ''")
OF_NAME = keyed.by_key("", LOOKED_AT, "record, '', ''")


def _candidates(record: Mapping[str, Any], one: likenesses.Traits, but: UUID | None) -> list[dict[str, Any]]:
    """Patients who share enough to be compared: a number, a phone, birth date and a word, name with a near birth date.

    One statement: it is asked before every registration.
    """
    words = names.words(record.get("name") or [])[:4]
    day = dates.day_of(one.born)
    parts: list[str] = []
    values: list[Any] = []
    if one.identifiers:
        systems, told = (list(part) for part in zip(*one.identifiers, strict=True))
        parts.append(NUMBERED)
        values += [[numbers.plain(value) for value in told], told, systems]
    if one.phones:
        parts.append(BY_PHONE)
        values.append([search.phone_keys(number)[0] for number in one.phones])
    if words and day:
        shared = [key for key in search.keys(words) if search.is_word(key) or key.endswith("*")]
        parts += [BORN_THEN, BORN_NEARLY]
        values += [day, shared, search.exact_keys(words, called=False), dates.slips(one.born)]
    elif words:
        parts.append(OF_NAME)
        values.append(search.exact_keys(words, called=False))
    rows = keyed.fetch(" UNION ALL ".join(parts), values, "record", ("system", "value")) if parts else []
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        kept = found.setdefault(row["id"], {**row, "numbers": []})
        if (row["system"], row["value"]) in one.identifiers:
            kept["numbers"].append({"system": row["system"], "value": row["value"]})
    if but is not None:
        found.pop(but, None)
    return list(found.values())
