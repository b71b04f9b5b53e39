"""One set of vital signs as JSON, read into what the rules judge; what can't be understood is a Fault in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

import click
import msgspec

from medassist.codecs import units
from medassist.domain.vitals import rules
from medassist.domain.vitals.rules import observation, pews
from medassist.domain.vitals.rules.assess import Case, Given
from medassist.domain.vitals.rules.data import data
from medassist.domain.vitals.rules.signs import by_code
from medassist.kernel import clock

SEXES = {"male": "male", "m": "male", "1": "male", "female": "female", "f": "female", "2": "female",
         "other": "", "unknown": "", "": ""}  # fmt: skip
UPRIGHT = ("systolic", "diastolic", "pulse")
"""What is compared lying and standing."""
AHEAD = timedelta(hours=14)
"""How far the clock of the easternmost time zone is ahead, for times told without a zone."""


class Fault(click.ClickException):
    """What was given can't be understood; one sentence on standard error, and the status of wrong usage."""

    exit_code = 2


def case(line: Any, now: datetime | None = None) -> Case:
    """The case of one set; Fault when it can't be understood."""
    if not isinstance(line, Mapping):
        raise Fault("a set is one JSON object")
    context = line.get("context", {})
    if not isinstance(context, Mapping):
        raise Fault("context is an object")
    told = {**line, **context}
    now = now or clock.now()
    on = _day(told, "at", now) or now.date()
    born = _day(told, "birth_date", now)
    if born is not None and born > on:
        raise Fault("the birth date is after the day of the set")
    seen = _Seen(told)
    oxygen = _bool(told, "oxygen")
    return Case(
        found=seen.found, on=on, born=born, days=None if born else _age(told), sex=_sex(told),
        lying=_lying(told, seen.said), oxygen=oxygen if oxygen is not None else seen.said.get("oxygen"),
        consciousness=_choice(told, "consciousness", "ACVPU"), scale=_scale(told),
        pregnant=bool(_bool(told, "pregnant")), last=_last(told, on, now),
        gestation_weeks=_number(told, "gestation_weeks", 20, 45),
        refill_seconds=_number(told, "capillary_refill_seconds", 0, 60),
        effort=_choice(told, "respiratory_effort", pews.EFFORTS), stances=seen.stances(), sites=seen.sites,
        avoid=_texts(told, "avoid_arms"),
    )  # fmt: skip


# -- a plain set


class _Row(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    code: str
    value: float
    unit: str


class _Context(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    oxygen: bool | None = None
    consciousness: Literal["A", "C", "V", "P", "U"] | None = None
    spo2_scale: Literal[1, 2] = 1
    pregnant: bool | None = None


class _Set(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    birth_date: date
    at: str
    values: list[_Row]
    sex: str = ""
    context: _Context = msgspec.field(default_factory=_Context)


_plain_set = msgspec.json.Decoder(_Set)


def plain(line: str | bytes, now: datetime) -> Case | None:
    """The case of a line of the plainest form, in a third of the time; None where it must be read by `case`.

    A test holds it to `case`: where there is an answer, it is the same.
    """
    try:
        told = _plain_set.decode(line)
    except (msgspec.MsgspecError, UnicodeError):
        return None
    found: dict[str, Given] = {}
    for row in told.values:
        value, sign = row.value, _plain_sign(row.code, row.unit)
        if sign is None or not (1e-9 < value < 1e9 or value == 0):
            return None
        found[sign[0]] = value, sign[1]
    try:
        on = _as_day(told.at, "at", now)
    except Fault:
        return None
    born, sex, how = told.birth_date, SEXES.get(told.sex), told.context
    if sex is None or not _limits()[0] <= born.year <= on.year or born > on:
        return None
    return Case(found, on, born, None, sex, None, how.oxygen, how.consciousness, how.spo2_scale, bool(how.pregnant))


@lru_cache(maxsize=1024)
def _plain_sign(code: str, unit: str) -> tuple[str, str] | None:
    """The sign and unit of a value of which nothing else is said; None for any other."""
    try:
        name, says = _known(code)
        return None if says else (name, _unit(unit, name))
    except Fault:
        return None


# -- any set


class _Seen:
    """The values of a set by sign, and what was said beside them."""

    __slots__ = ("found", "placed", "said", "sites")

    def __init__(self, told: Mapping[str, Any]):
        rows = told.get("values")
        if not isinstance(rows, list):
            raise Fault("a set holds a list named values")
        self.found: dict[str, Given] = {}
        self.said: dict[str, Any] = {}
        self.sites: dict[str, str] = {}
        self.placed: list[tuple[str, Given, str, float | None]] = []
        for row in rows:
            if type(row) is not dict or "resourceType" in row:
                for name, given, says in _row(row):
                    self._take(row, name, given, says)
                continue
            name, says = _sign(row.get("code"))
            given = _value(row.get("value"), name), _unit(row.get("unit"), name)
            if says or len(row) > 3:
                self._take(row, name, given, says)
            else:
                self.found[name] = given

    def _take(self, row: Mapping[str, Any], name: str, given: Given, says: Mapping[str, Any]) -> None:
        position = row.get("position") or says.get("position") or ""
        if position:
            self.said["lying"] = position in ("lying", "supine", "recumbent")
            if name in UPRIGHT:
                self.placed.append((name, given, str(position), _number(row, "minutes", 0, 600)))
        if says.get("oxygen") == "room-air":
            self.said["oxygen"] = False
        if site := row.get("site"):
            self.sites[name] = str(site)
        # what is measured standing is compared, not judged, where the same was measured at rest
        if position != "standing" or name not in UPRIGHT or name not in self.found:
            self.found[name] = given

    def stances(self) -> tuple[rules.Stance, ...]:
        """What was measured in each position, where one of them is standing."""
        if not any(position == "standing" for _, _, position, _ in self.placed):
            return ()
        found: dict[tuple[str, float | None], dict[str, float]] = {}
        for name, (value, unit), position, minutes in self.placed:
            try:
                standard = float(rules.in_standard(name, units.number(value), unit))
            except units.UnitError as why:
                raise Fault(f"{name}: {why}") from None
            found.setdefault((position, minutes), {})[name] = standard
        return tuple(rules.Stance(position, minutes, **values) for (position, minutes), values in found.items())


# -- values


def _row(row: Any) -> Iterator[tuple[str, Given, Mapping[str, Any]]]:
    """One value: {"code", "value", "unit"}, or a whole FHIR Observation."""
    if not isinstance(row, Mapping):
        raise Fault("each value is an object with code, value and unit")
    if "resourceType" in row:
        yield from _observation(row)
        return
    name, says = _sign(row.get("code"))
    yield name, (_value(row.get("value"), name), _unit(row.get("unit"), name)), says


def _sign(code: Any) -> tuple[str, Mapping[str, Any]]:
    return _known(code if isinstance(code, str) else "")


@lru_cache(maxsize=512)
def _known(code: str) -> tuple[str, Mapping[str, Any]]:
    """The sign of a code, and what the code says beside the value."""
    sign, says = by_code().get(code, (rules.SIGNS.get(code.replace("-", "_")), {}))
    if sign is None or sign.date or sign.coded:
        raise Fault(f"{code[:40] or 'a value without code'} is not a vital sign known here")
    return sign.name, {key: says[key] for key in ("position", "oxygen") if says.get(key)}


def _value(value: Any, name: str) -> int | float:
    kind = type(value)
    if (kind is float or kind is int) and (value == 0 or 1e-9 < abs(value) < 1e9):
        return value  # type: ignore[no-any-return]
    if isinstance(value, str):
        raise Fault(f"{name}: “{value[:20]}” is text, not a number")
    try:
        return float(units.number(value))
    except units.UnitError as why:
        raise Fault(f"{name}: {why}") from None


def _unit(unit: Any, name: str) -> str:
    if isinstance(unit, str):
        if not unit and rules.sign(name).standard == rules.signs.SCORE:
            return rules.signs.SCORE
        try:
            return _ucum(unit)
        except units.UnitError as why:
            raise Fault(f"{name}: {why}") from None
    if unit is None and rules.sign(name).standard == rules.signs.SCORE:
        return rules.signs.SCORE
    raise Fault(f"{name}: A unit is missing." if unit is None else f"{name}: the unit is a UCUM code in quotes")


@lru_cache(maxsize=512)
def _ucum(text: str) -> str:
    return units.code(text)


def _observation(row: Mapping[str, Any]) -> Iterator[tuple[str, Given, Mapping[str, Any]]]:
    seen = observation.read(dict(row))
    if seen is None:
        raise Fault("an Observation holds no vital sign with a value that is known here")
    for one in seen.readings:
        if one.value is not None:
            says = {"position": one.position, "oxygen": one.qualifiers.get("oxygen", "")}
            yield one.sign, (one.value, one.unit), says


# -- who and when


def _day(told: Mapping[str, Any], name: str, now: datetime) -> date | None:
    """The calendar day as it was written; Fault when there is no such day or it is still to come."""
    text = told.get(name)
    return _as_day(text, name, now) if text else None


def _as_day(text: Any, name: str, now: datetime) -> date:
    try:
        at = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise Fault(f"{name} is a date, YYYY-MM-DD") from None
    oldest, ahead = _limits()
    if at.year < oldest:
        raise Fault(f"{name} is before {oldest}")
    # without a zone it may have been told where the day begins first
    late = at > now + ahead if at.tzinfo else at.replace(tzinfo=UTC) > now + AHEAD
    if late:
        raise Fault(f"{name} is still to come")
    return at.date()


@lru_cache(maxsize=1)
def _limits() -> tuple[int, timedelta]:
    rule = data("limits")["time"]
    return rule["oldest_year"], timedelta(minutes=rule["ahead_minutes"])


def _age(told: Mapping[str, Any]) -> float | None:
    for name, days in (("age_days", 1.0), ("age_months", 30.4375), ("age_years", 365.25), ("age", 365.25)):
        value = told.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            if not 0 <= value * days <= 50_000:
                raise Fault(f"{name} is an age")
            return value * days
    return None


def _sex(told: Mapping[str, Any]) -> str:
    text = str(told.get("sex") or "").casefold()
    if text not in SEXES:
        raise Fault("sex is male, female, other or unknown")
    return SEXES[text]


def _last(told: Mapping[str, Any], on: date, now: datetime) -> dict[str, rules.Told]:
    """Earlier values: {"code", "value", "unit", "at"}."""
    rows = told.get("previous") or []
    if not isinstance(rows, list):
        raise Fault("previous is a list")
    found: dict[str, list[rules.Told]] = {}
    for row in rows:
        day = _day(row, "at", now) or on if isinstance(row, Mapping) else on
        for name, (value, unit), _ in _row(row):
            # of one day the last told is the latest
            found.setdefault(name, []).insert(0, rules.Told(units.number(value), unit, day))
    return {name: rules.history(sorted(values, key=_when, reverse=True)) for name, values in found.items()}


def _when(told: rules.Told) -> date:
    return told.on


# -- how


def _lying(told: Mapping[str, Any], said: Mapping[str, Any]) -> bool | None:
    position = told.get("position")
    if position in ("lying", "recumbent", "supine"):
        return True
    return False if position == "standing" else said.get("lying")


def _bool(told: Mapping[str, Any], name: str) -> bool | None:
    value = told.get(name)
    if value is None or value is True or value is False:
        return value
    raise Fault(f"{name} is true or false")


def _choice(told: Mapping[str, Any], name: str, choices: Any) -> str | None:
    value = told.get(name)
    if value is None or isinstance(value, str) and value and value in tuple(choices):
        return value
    raise Fault(f"{name} is one of {', '.join(choices)}")


def _scale(told: Mapping[str, Any]) -> int:
    value = told.get("spo2_scale", 1)
    if value not in (1, 2, "1", "2") or isinstance(value, bool):
        raise Fault("spo2_scale is 1 or 2")
    return int(value)


def _number(told: Mapping[str, Any], name: str, low: float, high: float) -> float | None:
    value = told.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Fault(f"{name} is a number from {low} to {high}")
    return float(value)


def _texts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = told.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Fault(f"{name} is a list of words")
    return tuple(value)
