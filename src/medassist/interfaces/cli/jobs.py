"""The worker's own process: reactions, seals, the schedule, and the HL7 port."""

from __future__ import annotations

import importlib

import click

from medassist.interfaces.cli import house


@click.command(hidden=True)
@click.option("--host", default="127.0.0.1", help="The address on which HL7 messages are taken.")
def command(host: str) -> None:
    """Run the clock and the HL7 listener."""
    house.django()
    listener = importlib.import_module("medassist.interfaces.hl7.listener").of_settings(host)
    importlib.import_module("medassist.interfaces.jobs.process").run([listener.run])
