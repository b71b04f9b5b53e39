"""`medassist vitals assess`: one set of vital signs judged by the rules alone, no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
import orjson

from medassist.domain.vitals.rules.assess import assess as judged
from medassist.interfaces.cli.vital_set import Fault, case, plain
from medassist.kernel import clock


def ask(line: Any) -> dict[str, Any]:
    """The answer for one set; Fault when it can't be understood."""
    return judged(case(line))


def batch(lines: Iterable[str | bytes]) -> Iterator[bytes]:
    """One JSON answer a line out, in the order of the lines; a line that can't be understood answers {"error": …}."""
    now = clock.now()
    for line in lines:
        try:
            yield orjson.dumps(judged(plain(line, now) or case(_read(line), now)))
        except Fault as fault:
            yield orjson.dumps({"error": fault.message})


def _read(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _slowly(text)


def _slowly(text: str | bytes) -> Any:
    """What orjson does not take: NaN, so that the fault can name the sign, and nesting without end."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Fault("the line is not JSON") from None


@click.group("vitals")
def vitals() -> None:
    """Judge vital signs."""


command = vitals


@vitals.command("assess")
@click.option("--json", "as_json", is_flag=True, help="One JSON object out.")
@click.option(
    "--batch",
    "lines",
    type=click.File("rb"),
    metavar="FILE",
    help="JSON Lines in (- for standard input), one JSON answer a line out, in the same order.",
)
def assess(as_json: bool, lines: Any) -> None:
    """Judge one set of vital signs, a JSON object on standard input; nothing is kept.

    {"birth_date": "2018-05-01", "sex": "female", "at": "2026-11-23", "values": [{"code": "29463-7", "value": 24.1,
    "unit": "kg"}, …], "context": {"oxygen": false, "consciousness": "A", "spo2_scale": 1, "pregnant": false,
    "gestation_weeks": 34, "position": "standing", "avoid_arms": ["left"], "capillary_refill_seconds": 2,
    "respiratory_effort": "normal", "previous": [{"code", "value", "unit", "at"}, …]}}. Codes are LOINC's, or the names
    of signs; units are UCUM's. A value may say its "site", its "position" and the "minutes" since standing up:
    pressures lying and standing are compared. Answers with flags (what can't be, what is unlikely, what is judged, each
    with its source), scores (news2 when no part is missing, pews below 16 years with the parts it misses, shock_index),
    percentiles of growth, and blood_pressure with the method by which it was judged.
    """
    if lines is not None:
        out = sys.stdout.buffer
        for line in batch(lines):
            out.write(line + b"\n")
        out.flush()
        return
    answer = ask(_read(sys.stdin.read()))
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    _tell(answer)


def _tell(answer: Mapping[str, Any]) -> None:
    for flag in answer["flags"]:
        click.echo(f"{flag['sign'].replace('_', ' ').capitalize()}: {flag['text']}")
    if "news2" in answer["scores"]:
        click.echo(f"NEWS2 {answer['scores']['news2']}, {answer['scores']['news2_band']} risk")
    if "pews" in answer["scores"]:
        least = "at least " if answer["scores"]["pews_missing"] else ""
        click.echo(f"Early warning score {least}{answer['scores']['pews']}")
    for one in answer["percentiles"]:
        click.echo(f"{one['measure']}: {one['percentile']:.1f} % (z {one['z']:.2f}, {one['reference']})")
    if not answer["flags"]:
        click.echo("Nothing to look at.")
