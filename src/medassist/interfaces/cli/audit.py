"""`medassist audit`: the trail of who did what, checked from end to end."""

from __future__ import annotations

import importlib
import json
import sys

import click

from medassist.interfaces.cli import house

_SHOWN = 20  # faults listed on a terminal; --json lists all


@click.group()
def command() -> None:
    """The trail of who did what."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help='One object: {"ok","table","order","rows","faults":[…]}.')
def verify(as_json: bool) -> None:
    """Check every entry against this house's mark and against the seals; writes nothing.

    Finds entries that were changed, added or removed, the newest ones included. Exit status 1 when something is
    wrong. What was written in the last second may not be sealed yet; it is checked by its mark.
    """
    house.enter()
    found = importlib.import_module("medassist.kernel.audit").verify().as_dict()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        _tell(found)
    sys.exit(0 if found["ok"] else 1)


def _tell(found: dict) -> None:
    if found["ok"]:
        click.echo(f"{found['rows']:,} entries, none changed, none missing")
        return
    faults = found["faults"]
    for fault in faults[:_SHOWN]:
        click.echo(fault)
    if len(faults) > _SHOWN:
        click.echo(f"… and {len(faults) - _SHOWN} more; --json lists all")
    click.echo(f"medassist: the trail was tampered with ({len(faults)} faults)", err=True)
