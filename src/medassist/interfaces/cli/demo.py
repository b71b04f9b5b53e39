"""`medassist demo`: making the demo office, and links into it."""

from __future__ import annotations

import json

import click

from medassist.host import heartbeat, home
from medassist.interfaces.cli import house


@click.group()
def command() -> None:
    """The demo office and its sign-ins."""


@command.command("make", hidden=True)
def make() -> None:
    """Have a demo office with patients and a day that is under way."""
    house.enter()
    from medassist.demo import make as demo  # after Django is ready
    from medassist.demo import office

    demo.ready(lambda text: click.echo(text, err=True))
    click.echo("Demo sign-ins, by name and password:")
    for name, password in office.sign_ins().items():
        click.echo(f"  {name:<12} {password}")
    click.echo("Or a link that works once: medassist demo signin ROLE")


@command.command("signin")
@click.argument("role")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: url, person, role.")
def signin(role: str, as_json: bool) -> None:
    """Print a URL that signs the demo person of ROLE in, once, within 10 minutes.

    Only in a home that `medassist run --demo` made. Roles: medical-assistant, administrative-medical-assistant, nurse,
    nurse-practitioner, physician-assistant, physician, front-desk, biller, manager, privacy-officer.
    """
    house.enter()
    from medassist.interfaces.web.access import demo
    from medassist.kernel.errors import HouseError

    try:
        path, person = demo.path(role)
    except HouseError as no:
        raise click.ClickException(str(no)) from None
    url = _address() + path
    click.echo(json.dumps({"url": url, "person": person, "role": role}) if as_json else url)


def _address() -> str:
    """Where the running house listens; the usual place when none runs."""
    try:
        return (heartbeat.folder(home.path()) / "address").read_text().strip()
    except FileNotFoundError:
        return "http://127.0.0.1:8000"
