"""The list of sub-commands and how each is found; nothing else is imported until one is called."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import sys
import traceback

import click

# name -> module, and the line that `medassist --help` shows
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run", "Start the web server, the worker and the HL7 listener; Ctrl-C stops all."),
    "migrate": ("migrate", "Bring the database to this version."),
    "createadmin": ("createadmin", "Make the first sign-in of an office."),
    "check": ("check", "Check the configuration and the connections."),
    "exchange": ("exchange", "The record in FHIR: show again what a new version shows otherwise."),
    "import": ("import_", "Take in FHIR R4 bundles and NDJSON files."),
    "token": ("token", "Print a bearer token for a program."),
    "may": ("may", "May this one do this act, in this state, with what is known?"),
    "vitals": ("vitals", "Judge vital signs."),
    "immunizations": ("immunizations", "Evaluate doses given and forecast the next."),
    "hl7": ("hl7", "Send, read and receive HL7 v2 messages."),
    "x12": ("x12", "Read X12 files."),
    "claims": ("claims", "Write claim files."),
    "remit": ("remit", "Post remittances."),
    "eligibility": ("eligibility", "Ask a payer about a patient's coverage."),
    "credentials": ("credentials", "Ways to a certification, with cost and dates."),
    "programs": ("programs", "Lists of medical assisting programs: take them in, read them with their sources."),
    "study": ("study", "The question bank: check it, move questions in and out, calibrate."),
    "data": ("data", "The facts that come with medassist: take in new ones, see how old they are."),
    "audit": ("audit", "Verify the trail of who did what."),
    "backup": ("backup", "Write the whole office into one file."),
    "restore": ("restore", "Bring an office back from such a file."),
    "demo": ("demo", "The demo office and its sign-ins."),
    "simulate": ("simulate", "Play an office day through the real actions."),
    "db": ("db", "The database's shell, and moving it to another server."),
    "bench": ("bench", "Measure, beside what it could be at best."),
    "guide": ("guide", "The public guide as static files."),
    "prepare": ("prepare", ""),
    "serve": ("serve", ""),
    "jobs": ("jobs", ""),
}


class Commands(click.Group):
    """A group whose commands are modules; those that are not installed are not shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the list."""
        return [name for name, (_, line) in COMMANDS.items() if line and _installed(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS or not _installed(cmd_name):
            return None
        module = importlib.import_module(_module(cmd_name))
        return getattr(module, "command", None) or _only_command(module, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their lines, none of them imported."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _module(name: str) -> str:
    return f"medassist.interfaces.cli.{COMMANDS[name][0]}"


def _installed(name: str) -> bool:
    return importlib.util.find_spec(_module(name)) is not None


def _only_command(module: object, name: str) -> click.Command | None:
    found = [one for one in vars(module).values() if isinstance(one, click.Command)]
    return next((one for one in found if one.name == name), found[0] if len(found) == 1 else None)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(importlib.metadata.version("medassist"), prog_name="medassist")
def cli() -> None:
    """What a medical assistant's day runs on: visits, rooming, vital signs, and the rules of who may do what.

    Every command has --help. Exit codes: 0 fine, 1 refused or failed, 2 wrong usage.
    """


def main() -> None:
    """Run one command; a failure is one line on stderr, unless MEDASSIST_TRACEBACK asks for more."""
    try:
        cli(prog_name="medassist", standalone_mode=True)
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(1)
    except Exception as error:
        if os.environ.get("MEDASSIST_TRACEBACK"):
            traceback.print_exc()
        click.echo(f"medassist: {reason(error)}", err=True)
        sys.exit(1)


def reason(error: Exception) -> str:
    """An error as one line for people: the house's own errors know their words."""
    if ruling := getattr(error, "ruling", None):
        why = "; ".join(one.text for one in (*ruling.reasons, *ruling.needs))
        return f"refused: {why or ruling.rule}"
    if faults := getattr(error, "faults", None):
        return "; ".join(f"{field}: {', '.join(why)}" if field else ", ".join(why) for field, why in faults.items())
    if "medassist_app" in str(error) and "does not exist" in str(error):
        return "the database is not set up yet: run `medassist migrate`"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
