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
WITH_DAY = " UNION ALL ".join([NUMBERED, BY_PHONE, BORN_THEN, BORN_NEARLY])
WITHOUT_DAY = " UNION ALL ".join([NUMBERED, BY_PHONE, OF_NAME])


def _candidates(record: Mapping[str, Any], one: likenesses.Traits, but: UUID | None) -> list[dict[str, Any]]:
    """Patients who share enough to be compared: a number, a phone, birth date and a word, name with a near birth date.

    One statement: it is asked before every registration.
    """
    words = names.words(record.get("name") or [])[:4]
    told = [numbers.plain(value) for _, value in one.identifiers]
    asked: list[Any] = [told, [value for _, value in one.identifiers], [system for system, _ in one.identifiers]]
    asked.append([search.phone_keys(number)[0] for number in one.phones])
    pairs = search.exact_keys(words, called=False) if words else []
    day = dates.day_of(one.born)
    if day and words:
        shared = [key for key in search.keys(words) if search.is_word(key) or key.endswith("*")]
        rows = keyed.fetch(WITH_DAY, [*asked, day, shared, pairs, dates.slips(one.born)], "record", ("system", "value"))
    else:
        rows = keyed.fetch(WITHOUT_DAY, [*asked, pairs], "record", ("system", "value"))
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        kept = found.setdefault(row["id"], {**row, "numbers": []})
        if (row["system"], row["value"]) in one.identifiers:
            kept["numbers"].append({"system": row["system"], "value": row["value"]})
    found.pop(but, None)
    return list(found.values())
