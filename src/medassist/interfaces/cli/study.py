"""`medassist study`: check the question bank, move questions in and out, measure how hard they are."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from medassist.interfaces.cli import house


@click.group("study")
def study() -> None:
    """The question bank: check it, move questions in and out, calibrate."""


command = study
FORMATS = click.Choice(["moodle"])


@study.command("check")
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another folder of items."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def check(folder: Path | None, as_json: bool) -> None:
    """Check every question: one key, no cue in lengths or wording, a source, no near duplicate, the outlines' shares.

    Exit 1 when something is wrong. A question without a second, independent reading is counted, not hidden.
    """
    from medassist.domain.study import rules

    found = rules.check(folder)
    if as_json:
        told = {**asdict(found), "unread": found.unread, "ok": not found.faults}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _tell(found)
    sys.exit(1 if found.faults else 0)


def _tell(found: Any) -> None:
    for fault in found.faults:
        click.echo(str(fault), err=True)
    for topic, rates in found.topics.items():
        click.echo(
            f"{topic:18} {rates['items']:4}  key longest {rates['longest']:.0%}, shortest {rates['shortest']:.0%}, "
            f"easy {rates['easy']:.0%}, hard {rates['hard']:.0%}, read twice {rates['read']}"
        )
    shares = ", ".join(f"{name} {share:.1f} %" for name, share in found.parts.items())
    click.echo(f"{found.items} questions; {shares}; {found.read} read a second time, {found.unread} not yet")
    click.echo("no fault" if not found.faults else f"{len(found.faults)} faults")


@study.command("export")
@click.option("--format", "format_", type=FORMATS, default="moodle", show_default=True, help="Moodle XML.")
@click.option("--own", is_flag=True, help="Only the practice's own questions.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(format_: str, own: bool, file: Path) -> None:
    """Write the bank into FILE as Moodle XML: topics become categories, sources stand in the feedback."""
    house.enter()
    from medassist.domain.study import wire

    data = wire.export(own)
    file.write_bytes(data)
    click.echo(f"{file}: {data.count(b'<idnumber>')} questions")


@study.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Take the practice's own questions from FILE (Moodle XML); all of them, or none and why.

    The last part of a question's category is its topic. Its general feedback ends with "Source: title | publisher |
    address | day". Tags: difficulty:0.3, written:2026-05-31. The ID number is its name.
    """
    house.enter()
    from medassist.codecs import moodle
    from medassist.domain.study import actions, inputs, wire
    from medassist.kernel.context import system_context
    from medassist.kernel.errors import Invalid

    try:
        rows = wire.own(file.read_bytes())
    except moodle.Malformed as error:
        raise click.ClickException(f"{file}: {error}; nothing was taken") from None
    if not rows:
        raise click.ClickException(f"{file}: no questions in it")
    wrong = {f"questions.{at}": why for at, (_, _, why) in enumerate(rows) if why}
    if not wrong:
        try:
            given = inputs.TakeQuestions.of(questions=[said for _, said, _ in rows])
            taken = actions.take_questions(system_context("cli"), given)
        except Invalid as error:
            wrong = error.faults
        else:
            click.echo(f"{len(taken)} taken, {len(rows) - len(taken)} as they were")
            return
    _refuse(file, rows, wrong)


def _refuse(file: Path, rows: list[tuple[int, dict[str, Any], list[str]]], wrong: dict[str, list[str]]) -> None:
    """Say what is wrong with each, with its line; nothing was taken."""
    for place, texts in wrong.items():
        at = place.removeprefix("questions.")
        line, name = (rows[int(at)][0], rows[int(at)][1]["id"]) if at.isdigit() else (0, "")
        for text in texts:
            click.echo(f"{file}:{line}: {name}: {text}" if line else f"{file}: {text}", err=True)
    raise click.ClickException("nothing was taken")


@study.command("calibrate")
@click.option("--dry", is_flag=True, help="Only say what there is to measure.")
def calibrate(dry: bool) -> None:
    """Measure how hard questions are by first answers, once enough people have answered them.

    The files of the bank stay as they are; the measurement is a row of its own and goes before the writers' estimates.
    """
    house.enter()
    from medassist.domain.study import actions, inputs, queries
    from medassist.kernel.context import system_context

    if dry:
        found = queries.enough()
        nearest = ", ".join(f"{name} {n}" for name, n in sorted(found.missing.items(), key=lambda one: one[1])[:5])
        click.echo(
            f"{len(found.ready)} questions have answers enough. The nearest others lack: {nearest or 'none asked'}"
        )
        return
    made = actions.calibrate(system_context("cli"), inputs.CalibrateBank())
    click.echo(f"{len(made.items)} questions measured by {made.answers} answers of {made.persons} people")
