"""`medassist exchange`: the record in FHIR, brought up to date after a new version of medassist."""

from __future__ import annotations

import click

from medassist.interfaces.cli import house


@click.group("exchange")
def command() -> None:
    """The record in FHIR."""


@command.command("show-again")
@click.argument("types", nargs=-1, metavar="[TYPE]...")
@click.option("--quiet", is_flag=True, help="Say nothing when all goes well.")
def show_again(types: tuple[str, ...], quiet: bool) -> None:
    """Show every row of the office as this version shows it: all, or those of these FHIR types.

    A new version may show what was there before (standing orders, looks at primary sources, shifts). Run this once
    after `medassist migrate`. What is shown already stays as it is; what came from elsewhere stays as it came. It
    may be stopped and run again at any time, also while the house is open.
    """
    house.enter()
    from medassist.exchange import anew

    known = sorted({name for rows in anew.ROWS.values() for name in rows.types})
    if unknown := sorted(set(types) - set(known)):
        raise click.UsageError(f"{', '.join(unknown)}: nothing here shows it; types: {', '.join(known)}")
    for label, rows in anew.ROWS.items():
        if not types or set(types) & set(rows.types):
            _table(label, "" if quiet else ", ".join(rows.types))


def _table(label: str, told: str) -> None:
    """All rows of one table, some at a time, each time in an action of the system."""
    from medassist.exchange import actions
    from medassist.exchange.inputs import ShowAgain
    from medassist.kernel.context import system_context

    seen, changed, last = 0, 0, None
    while (found := actions.show_again(system_context("cli"), ShowAgain(rows=label, after=last))).rows:
        seen, changed, last = seen + found.rows, changed + found.changed, found.last
        if told:
            click.echo(f"\r{told}: {seen:,} rows, {changed:,} new or changed", nl=False)
    if told and seen:
        click.echo()
