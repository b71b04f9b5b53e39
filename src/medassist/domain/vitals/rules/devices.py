"""What a device's message may be taken for: its codes and units, its clock, and what of a stream is charted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from typing import Any

from medassist.codecs import units
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.signs import by_code

UNKNOWN_CLOCK = "The device's clock can't be used; the time is that of its arrival here."
MDC, LOINC, UCUM = ("MDC",), ("LN", "LOINC"), ("UCUM", "ISO+", "")


class Contradiction(ValueError):
    """A code and its name that speak of two signs or two units."""


@cache
def _names(kind: str) -> dict[str, str]:
    return {one["name"]: code for code, one in data("mdc")[kind].items()}


def _known(kind: str, code: str, name: str) -> dict[str, Any] | None:
    """An entry of the table by its number; a name that is another entry's makes it nobody's."""
    found = data("mdc")[kind].get(code)
    other = _names(kind).get(name)
    if other is not None and other != code and (found is not None or not code):
        raise Contradiction(f"{code or 'nothing'} and {name} are two codes. Which is meant?")
    return found


def sign_of(codings: Iterable[tuple[str, str, str]]) -> dict[str, Any] | None:
    """The sign that a code means (code, name, system), with what it says of where and how; None when it is none."""
    for code, name, system in codings:
        if system in MDC and (found := _known("signs", code, name)):
            return {key: found[key] for key in ("sign", "body_site", "method") if key in found}
        if system in LOINC and code in by_code():
            sign, said = by_code()[code]
            told = {"sign": sign.name, "body_site": said.get("site", ""), "position": said.get("position", "")}
            more = {key: said[key] for key in ("oxygen", "note") if key in said}
            return {key: value for key, value in {**told, "qualifiers": more}.items() if value}
    return None


def unit_of(codings: Iterable[tuple[str, str, str]]) -> str:
    """The UCUM code of a unit; UnitError when none of the codings names one that is known here."""
    why: units.UnitError | None = None
    for code, name, system in codings:
        if system in MDC:
            if found := _known("units", code, name):
                return found["unit"]
            why = why or units.UnknownUnit(f"{name or code} is not a unit known here.")
        elif system in UCUM:
            try:
                return units.code(code)
            except units.UnitError as error:
                why = why or error
    raise why or units.UnknownUnit("A unit is missing.")


# -- the clock


def tolerance() -> timedelta:
    """How far a clock may be off before the difference counts."""
    return timedelta(seconds=data("devices")["clock"]["tolerance"])


@dataclass(frozen=True, slots=True)
class When:
    """When something was measured by the office's clock: at a moment, or not earlier than `since` and not later."""

    at: datetime
    since: datetime
    drift: int | None
    """Seconds by which the device's clock is behind; None when the message does not say."""
    usable: bool = True
    wrong: bool = False
    """Whether somebody is to set the clock."""


def when(said: datetime | None, sent: datetime | None, arrived: datetime, zone: tzinfo) -> When:
    """The office's time of what a device says it measured at `said`, in a message made at `sent`.

    A clock that is ahead is put right. One that is behind looks like a message that comes late, and no number of
    messages tells the two apart: then the measuring lies between what was said and now, and whose it is must be
    certain for all of that time.
    """
    limits = data("devices")["clock"]
    sent, said = _aware(sent, zone), _aware(said, zone)
    drift = round((arrived - sent).total_seconds()) if sent else None
    if any(one is not None and one.year < limits["oldest_year"] for one in (said, sent)):
        return When(arrived, arrived, drift, usable=False, wrong=True)
    at = said or sent or arrived
    moved = at + timedelta(seconds=drift) if drift is not None and abs(drift) > limits["tolerance"] else at
    if moved > arrived + tolerance():
        return When(arrived, arrived, drift, usable=False, wrong=True)
    moved = min(moved, arrived)
    return When(moved, min(at, moved), drift, wrong=drift is not None and abs(drift) > limits["limit"])


def note(at: When) -> str:
    """What is said beside values whose time is not the one that the device gave."""
    if not at.usable:
        return UNKNOWN_CLOCK
    if at.drift is None or abs(at.drift) <= data("devices")["clock"]["tolerance"]:
        return ""
    late = ", or it sent late" if at.drift > 0 else ""
    return f"The device's clock was {off(at.drift)}{late}; the time is put right."


def off(drift: int) -> str:
    """A clock's fault in words: 90 s behind, 12 min ahead."""
    side, seconds = "behind" if drift > 0 else "ahead", abs(drift)
    for size, unit, most in ((1, "s", 120), (60, "min", 7200), (3600, "h", 172_800)):
        if seconds < most:
            return f"{seconds // size} {unit} {side}"
    return f"{seconds // 86_400} days {side}"


def _aware(at: datetime | None, zone: tzinfo) -> datetime | None:
    return at.replace(tzinfo=zone) if at is not None and at.tzinfo is None else at


# -- what of a stream is charted


def due(charted: Iterable[tuple[frozenset[str], datetime]], signs: frozenset[str], at: datetime, every: int) -> bool:
    """Whether signs of one device and visit are charted anew: none of them was within so many seconds."""
    return all(not signs & told or abs((at - then).total_seconds()) >= every for told, then in charted)
