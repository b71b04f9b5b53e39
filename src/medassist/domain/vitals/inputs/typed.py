"""What was typed into the form of vital signs, in the office's units, as inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from medassist.codecs import units
from medassist.domain.vitals import rules
from medassist.domain.vitals.inputs.asked import CorrectReading, TakeVitals
from medassist.kernel import clock
from medassist.kernel.errors import Invalid

PRESSURE = "blood_pressure"
_PAIR = re.compile(r"\s*(\d{1,4}(?:\.\d+)?)\s*(?:/|over|\s)\s*(\d{1,4}(?:\.\d+)?)\s*(?:mm ?Hg)?\s*", re.I | re.ASCII)
_OF_TEN = re.compile(r"\s*(\d{1,3})\s*(?:/|of|out of)\s*10\s*", re.I | re.ASCII)
_WEEKS = re.compile(r"(\d{2})\s*(?:\+\s*([0-6])|\s([0-6])/7)\s*(?:wk|weeks)?", re.ASCII)
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y")
_NUMBERED = re.compile(r"([a-z_]+)(?:\.(\d{1,2}))?(?:\.([a-z_]+))?", re.ASCII)
_SLOTS = {"site": "body_site", "method": "method", "position": "position"}
LONGEST = 100  # characters of one box


def from_form(post: Mapping[str, Any], **fixed: Any) -> TakeVitals:
    """A form's boxes as TakeVitals; Invalid with the fault beside each sign.

    Boxes are named by sign ("temperature"), a second reading by its number ("systolic.2"), what is said of a sign by
    its kind ("temperature.site", "systolic.2.site"). "blood_pressure" may hold both numbers: 148/92.
    """
    found, faults = found_from_form(post)
    try:
        taken_at = fixed.pop("taken_at", None) or _time(_text(post, "taken_at"))
    except ValueError:
        taken_at, faults["taken_at"] = clock.now(), ["Write the time like 2026-11-23 10:42."]
    if not found and not faults:
        raise Invalid({"": ["Nothing was measured yet."]})
    if faults:
        raise Invalid(faults)
    named = {
        name: _text(post, name) for name in ("patient", "visit", "position", "note", "device") if _text(post, name)
    }
    return TakeVitals.of(**{"found": found, "taken_at": taken_at, "confirmed": _confirmed(post), **named, **fixed})


def found_from_form(post: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """What was found, as far as it can be read, and what can't, by field."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    faults: dict[str, list[str]] = {}
    for name, ordinal in _boxes(post):
        text = _text(post, name if ordinal == 1 and name in post else f"{name}.{ordinal}")
        try:
            for sign, value in _read(name, text):
                found[sign, ordinal] = {"sign": sign, "ordinal": ordinal, **value}
        except units.UnitError as why:
            first = "systolic" if name == PRESSURE else name
            faults[first if ordinal == 1 else f"{first}.{ordinal}"] = [str(why)]
    for (sign, ordinal), one in found.items():
        one.update(_said(post, sign, ordinal))
    return list(found.values()), faults


def correction_from_form(post: Mapping[str, Any], reading: UUID, sign: str) -> CorrectReading:
    """A correction as typed: the right value in the office's unit, or "take_back"; and why."""
    given: dict[str, Any] = {"reading": reading, "reason": _text(post, "reason"), "confirmed": _confirmed(post)}
    if not given["reason"]:
        raise Invalid({"reason": ["Say what was wrong."]})
    if _text(post, "take_back"):
        return CorrectReading.of(**given)
    text = _text(post, "value")
    if not text:
        raise Invalid({"value": ["Write the right value, or take the reading back."]})
    try:
        (_, value), *more = list(_read(sign, text))
    except units.UnitError as why:
        raise Invalid({"value": [str(why)]}) from None
    assert not more
    for slot, name in (("site", "body_site"), ("method", "method"), ("position", "position")):
        if slot in post:
            given[name] = _text(post, slot)
    return CorrectReading.of(**given, **value)


def _text(post: Mapping[str, Any], name: str) -> str:
    value = post.get(name)
    return str(value).strip() if value is not None else ""


def _confirmed(post: Mapping[str, Any]) -> frozenset[str]:
    many = getattr(post, "getlist", None)
    told = many("confirmed") if many else post.get("confirmed") or ()
    return frozenset([told] if isinstance(told, str) else told)


def _time(text: str) -> datetime:
    if not text:
        return clock.now()
    told = datetime.fromisoformat(text)
    if told.tzinfo is None:
        told = told.replace(tzinfo=timezone.get_current_timezone())
    return told


def _boxes(post: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The boxes that hold something: sign and number."""
    for name in post:
        match = _NUMBERED.fullmatch(name)
        if match and not match[3] and _text(post, name) and (match[1] == PRESSURE or match[1] in rules.SIGNS):
            yield match[1], int(match[2] or 1)


def _read(name: str, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """One box as signs and their values."""
    if len(text) > LONGEST:
        raise units.UnitError("This is too long for a measurement.")
    if name == PRESSURE or name == "systolic" and "/" in text:
        match = _PAIR.fullmatch(text)
        if not match:
            raise units.UnitError("Write both pressures like 148/92.")
        yield "systolic", {"value": Decimal(match[1]), "unit": "mm[Hg]"}
        yield "diastolic", {"value": Decimal(match[2]), "unit": "mm[Hg]"}
        return
    sign = rules.sign(name)
    if sign.date:
        yield name, {"on": _day(text)}
        return
    if sign.coded:
        yield name, {"coded": _answer(name, text)}
        return
    if name == "pain" and (match := _OF_TEN.fullmatch(text)):
        text = match[1]
    if name == "gestation" and (match := _WEEKS.fullmatch(text)):  # 32+4, or 32 4/7
        yield name, {"value": Decimal(7 * int(match[1]) + int(match[2] or match[3])), "unit": "d"}
        return
    value, unit = units.quantity(text, sign.office)
    yield name, {"value": value, "unit": unit}


def _answer(name: str, text: str) -> str:
    """The key of an answer, given by its key or its word."""
    known = rules.answers(name)
    found = next((key for key, word in known.items() if text.casefold() in (key.casefold(), word.casefold())), None)
    if found is None:
        raise units.UnitError(f"{rules.sign(name).label} is one of: {', '.join(known.values())}.")
    return found


def _day(text: str) -> date:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise units.UnitError("Write the day like 11/02/2026.")


def _said(post: Mapping[str, Any], sign: str, ordinal: int) -> dict[str, Any]:
    """What was said of how a sign was measured."""
    names = [sign]
    if rules.sign(sign).panel == PRESSURE.replace("_", "-"):
        names += ["systolic", PRESSURE]
    said: dict[str, Any] = {"qualifiers": {}}
    for kind in rules.qualifiers(sign):
        text = next((t for n in names if (t := _text(post, _box(n, ordinal, kind)))), "")
        if not text and ordinal > 1:  # measured again the same way, unless something else is said
            text = next((t for n in names if (t := _text(post, _box(n, 1, kind)))), "")
        if text and kind in _SLOTS:
            said[_SLOTS[kind]] = text[:200]
        elif text:
            said["qualifiers"][kind] = text[:200]
    return said


def _box(name: str, ordinal: int, kind: str) -> str:
    return f"{name}.{kind}" if ordinal == 1 else f"{name}.{ordinal}.{kind}"
