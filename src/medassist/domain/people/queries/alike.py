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


BY_NUMBER = f"""SELECT {keyed.TAKEN}, p.record, h.system, h.value FROM people_identifier h
 JOIN people_patient p ON p.id = h.patient_id
 WHERE h.plain = ANY(%s) AND h.value = ANY(%s) AND h.system = ANY(%s) AND h.until IS NULL LIMIT {LOOKED_AT}"""


def _candidates(record: Mapping[str, Any], one: likenesses.Traits, but: UUID | None) -> list[dict[str, Any]]:
    """Patients who share enough to be compared: birth date and a word, phone, name with a near birth date, a number."""
    words = names.words(record.get("name") or [])
    parts: list[str] = []
    values: list[Any] = []

    def look(statement: str, *more: Any) -> None:
        parts.append(statement)
        values.extend(more)

    if one.phones:
        keys = [search.phone_keys(number)[0] for number in one.phones]
        look(keyed.by_key("", LOOKED_AT, "record"), keys)
    day = dates.day_of(one.born)
    pairs = search.exact_keys(words[:4], called=False) if words else []
    if day and words:
        shared = [key for key in search.keys(words[:4]) if search.is_word(key) or key.endswith("*")]
        look(keyed.where("p.birth_date = %s AND p.keys && %s::text[]", LOOKED_AT, "record"), day, shared)
        near = dates.slips(one.born)
        look(keyed.by_key("p.birth_date = ANY(%s::date[])", LOOKED_AT, "record"), pairs, near)
    elif words:
        look(keyed.by_key("", LOOKED_AT, "record"), pairs)
    rows = keyed.fetch(" UNION ALL ".join(parts), values, "record") if parts else []
    found = {row["id"]: row for row in rows} | _sharing(one)
    found.pop(but, None)
    return list(found.values())


def _sharing(one: likenesses.Traits) -> dict[UUID, dict[str, Any]]:
    """Who has one of these numbers already."""
    if not one.identifiers:
        return {}
    systems, values = (list(part) for part in zip(*one.identifiers, strict=True))
    found: dict[UUID, dict[str, Any]] = {}
    for row in keyed.fetch(
        BY_NUMBER, [[numbers.plain(v) for v in values], values, systems], "record", ("system", "value")
    ):
        one_row = found.setdefault(row["id"], row | {"numbers": []})
        one_row["numbers"].append({"system": row["system"], "value": row["value"]})
    return found
