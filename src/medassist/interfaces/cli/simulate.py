"""`medassist simulate day`: an office day played through the real actions."""

from __future__ import annotations

import json
from datetime import date, datetime

import click

from medassist.interfaces.cli import house


@click.group()
def command() -> None:
    """Play an office day through the real actions."""


@command.command("day")
@click.option("--patients", default=56, show_default=True, help="How many patients are on the day's list.")
@click.option("--seed", default=11, show_default=True, help="The same seed plays the same day.")
@click.option(
    "--date", "on", type=click.DateTime(["%Y-%m-%d"]), help="Which day; else the latest one with nothing booked."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def day(patients: int, seed: int, on: datetime | None, as_json: bool) -> None:
    """Book, arrive, room, measure and check out a day's patients in the demo practice, and say what happened.

    Everything goes through the actions that the pages use, by the people who may do each; what the house refused is
    listed.
    """
    house.enter()
    from medassist.demo import make  # after Django is ready

    played, told = make.simulate(patients, seed, on.date() if on else None)
    if as_json:
        click.echo(json.dumps({"date": played.isoformat(), "seed": seed, **told.as_dict()}))
        return
    click.echo(f"{_said(played)}, seed {seed}")
    for line in told.lines():
        click.echo(line)


def _said(day: date) -> str:
    return f"{day:%a %b} {day.day}, {day.year}"
