"""`medassist vitals assess`: one set of vital signs judged by the rules alone, no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import click

from medassist.codecs import units
from medassist.domain.vitals import rules
from medassist.domain.vitals.rules import observation
from medassist.domain.vitals.rules.assess import Case
from medassist.domain.vitals.rules.assess import assess as judged
from medassist.domain.vitals.rules.signs import by_code
from medassist.kernel import clock

SEXES = {"male": "male", "m": "male", "1": "male", "female": "female", "f": "female", "2": "female"}


class Fault(click.ClickException):
    """What was given can't be understood; one sentence on standard error, and the status of wrong usage."""

    exit_code = 2


def ask(line: Any) -> dict[str, Any]:
    """The answer for one set; Fault when it can't be understood."""
    if not isinstance(line, Mapping):
        raise Fault("a set is one JSON object")
    return judged(_case(line))


def _case(line: Mapping[str, Any]) -> Case:
    context = line.get("context", {})
    if not isinstance(context, Mapping):
        raise Fault("context is an object")
    told = {**line, **context}
    on = _day(told, "at") or clock.now().date()
    born = _day(told, "birth_date")
    if born is not None and born > on:
        raise Fault("the birth date is after the day of the set")
    found, said = _found(told)
    oxygen = _oxygen(told)
    return Case(
        found=found, on=on, born=born, days=None if born else _age(told), sex=_sex(told), lying=_lying(told, said),
        oxygen=oxygen if oxygen is not None else said.get("oxygen"), consciousness=_alert(told),
        scale=_scale(told), pregnant=bool(told.get("pregnant")), last=_last(told, on),
    )  # fmt: skip


def _found(told: Mapping[str, Any]) -> tuple[dict[str, units.Quantity], dict[str, Any]]:
    """The values by sign, and what the codes say beside them."""
    rows = told.get("values")
    if not isinstance(rows, list):
        raise Fault("a set holds a list named values")
    found: dict[str, units.Quantity] = {}
    said: dict[str, Any] = {}
    for row in rows:
        for name, quantity, says in _row(row):
            found[name] = quantity
            said |= says
    return found, said


def _row(row: Any) -> Iterator[tuple[str, units.Quantity, dict[str, Any]]]:
    """One value: {"code", "value", "unit"}, or a whole FHIR Observation."""
    if not isinstance(row, Mapping):
        raise Fault("each value is an object with code, value and unit")
    if row.get("resourceType") == "Observation":
        yield from _observation(row)
        return
    code = str(row.get("code") or "")
    sign, says = by_code().get(code, (rules.SIGNS.get(code.replace("-", "_")), {}))
    if sign is None or sign.date or sign.coded:
        raise Fault(f"{code[:40] or 'a value without code'} is not a vital sign known here")
    yield sign.name, _quantity(row, sign.name), _says(says)


def _observation(row: Mapping[str, Any]) -> Iterator[tuple[str, units.Quantity, dict[str, Any]]]:
    seen = observation.read(dict(row))
    if seen is None:
        raise Fault("an Observation holds no vital sign with a value that is known here")
    for one in seen.readings:
        if one.value is not None:
            says = {"position": one.position, "oxygen": one.qualifiers.get("oxygen", "")}
            yield one.sign, units.Quantity(one.value, one.unit), _says(says)


def _says(says: Mapping[str, Any]) -> dict[str, Any]:
    """What a code says beside its value: lying, room air."""
    told: dict[str, Any] = {}
    if position := says.get("position"):
        told["lying"] = position in ("lying", "supine")
    if says.get("oxygen") == "room-air":
        told["oxygen"] = False
    return told


def _quantity(row: Mapping[str, Any], name: str) -> units.Quantity:
    value, unit = row.get("value"), row.get("unit")
    try:
        figure = units.number(value)  # type: ignore[arg-type]
        return units.Quantity(figure, units.code(unit) if unit else rules.sign(name).standard)
    except units.UnitError as why:
        raise Fault(f"{name}: {why}") from None


def _day(told: Mapping[str, Any], *names: str) -> date | None:
    text = next((told[name] for name in names if told.get(name)), None)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).date()
    except ValueError:
        raise Fault(f"{names[0]} is a date, YYYY-MM-DD") from None


def _age(told: Mapping[str, Any]) -> float | None:
    for name, days in (("age_days", 1.0), ("age_months", 30.4375), ("age_years", 365.25), ("age", 365.25)):
        value = told.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            if not 0 <= value * days <= 50_000:
                raise Fault(f"{name} is an age")
            return value * days
    return None


def _sex(told: Mapping[str, Any]) -> str:
    return SEXES.get(str(told.get("sex") or "").casefold(), "")


def _lying(told: Mapping[str, Any], said: Mapping[str, Any]) -> bool | None:
    position = str(told.get("position") or "").casefold()
    if position in ("lying", "recumbent", "supine"):
        return True
    return False if position == "standing" else said.get("lying")


def _oxygen(told: Mapping[str, Any]) -> bool | None:
    value = told.get("oxygen")
    if value is not None and not isinstance(value, bool):
        raise Fault("oxygen is true or false")
    return value


def _alert(told: Mapping[str, Any]) -> str | None:
    value = told.get("consciousness")
    if value not in (None, *"ACVPU"):
        raise Fault("consciousness is one of A, C, V, P, U")
    return value


def _scale(told: Mapping[str, Any]) -> int:
    value = told.get("spo2_scale", 1)
    if value not in (1, 2, "1", "2"):
        raise Fault("spo2_scale is 1 or 2")
    return int(value)


def _last(told: Mapping[str, Any], on: date) -> dict[str, rules.Told]:
    """Earlier values: {"code", "value", "unit", "date"}."""
    rows = told.get("previous") or []
    if not isinstance(rows, list):
        raise Fault("previous is a list")
    found = {}
    for row in rows:
        for name, quantity, _ in _row(row):
            found[name] = rules.Told(quantity.value, quantity.unit, _day(row, "at") or on)
    return found


def batch(lines: Any) -> Iterator[str]:
    """One JSON answer a line, in the order of the lines; a line that can't be understood answers {"error": …}."""
    for line in lines:
        try:
            answer: dict[str, Any] = ask(json.loads(line))
        except Fault as fault:
            answer = {"error": fault.message}
        except (ValueError, RecursionError):
            answer = {"error": "the line is not JSON"}
        yield json.dumps(answer, ensure_ascii=False)


@click.group("vitals")
def vitals() -> None:
    """Judge vital signs."""


command = vitals


@vitals.command("assess")
@click.option("--json", "as_json", is_flag=True, help="One JSON object out.")
@click.option(
    "--batch",
    "lines",
    type=click.File("r", encoding="utf-8", errors="replace"),
    metavar="FILE",
    help="JSON Lines in (- for standard input), one JSON answer a line out, in the same order.",
)
def assess(as_json: bool, lines: Any) -> None:
    """Judge one set of vital signs, a JSON object on standard input; nothing is kept.

    {"birth_date": "2018-05-01", "sex": "female", "at": "2026-11-23", "values": [{"code": "29463-7", "value": 24.1,
    "unit": "kg"}, …], "context": {"oxygen": false, "consciousness": "A", "spo2_scale": 1, "pregnant": false,
    "position": "standing", "previous": [{"code", "value", "unit", "at"}, …]}}. Codes are LOINC's, or the names of
    signs; units are UCUM's. Answers with flags (what can't be, what is unlikely, what is judged, each with its source),
    scores (news2 when no part is missing) and percentiles of growth.
    """
    if lines is not None:
        for line in batch(lines):
            click.echo(line)
        return
    try:
        given = json.loads(sys.stdin.read())
    except (ValueError, RecursionError):
        raise Fault("the set is not JSON") from None
    answer = ask(given)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    _tell(answer)


def _tell(answer: Mapping[str, Any]) -> None:
    for flag in answer["flags"]:
        click.echo(f"{flag['sign'].replace('_', ' ').capitalize()}: {flag['text']}")
    if "news2" in answer["scores"]:
        click.echo(f"NEWS2 {answer['scores']['news2']}, {answer['scores']['news2_band']} risk")
    for one in answer["percentiles"]:
        click.echo(f"{one['measure']}: {one['percentile']:.1f} % (z {one['z']:.2f}, {one['reference']})")
    if not answer["flags"]:
        click.echo("Nothing to look at.")
