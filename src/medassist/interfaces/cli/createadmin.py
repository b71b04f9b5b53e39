"""`medassist createadmin`: the practice, its first manager, and the link by which the manager signs in."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from medassist.host import heartbeat, home
from medassist.interfaces.cli import house

ASKED = (
    ("organization", "Name of the practice", None),
    ("site", "Name of its first site", None),
    ("state", "State, written like US-CA", None),
    ("timezone", "Time zone, written like America/Los_Angeles", None),
    ("given", "The manager's given name", None),
    ("family", "The manager's family name", None),
    ("username", "The manager's e-mail or sign-in name", None),
)


@click.command()
@click.option("--organization", help="Name of the practice.")
@click.option("--site", help="Name of its first site.")
@click.option("--state", help="The site's state, written like US-CA.")
@click.option("--timezone", help="The site's time zone, written like America/Los_Angeles.")
@click.option("--profile", default="family-medicine", show_default=True, help="Which kind of facility it is.")
@click.option("--given", help="The manager's given name.")
@click.option("--family", help="The manager's family name.")
@click.option("--username", help="The manager's e-mail or sign-in name.")
@click.option(
    "--password-stdin", is_flag=True, help="Set the password that comes on standard input, instead of a link."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(password_stdin: bool, as_json: bool, **told: Any) -> None:
    """Make the first sign-in of an office: the practice, its first site and its manager.

    What is not given by an option is asked. In an office that is set up already, it makes a new link for the manager
    named by --username, or opens an account for the manager named by --given and --family: for an office that has
    locked itself out. It prints a link that sets the password, once, within three days.
    """
    house.enter()
    from medassist.domain.office import queries as office
    from medassist.kernel.errors import HouseError

    try:
        account = _again(told) if office.has_staff() else _first(told)
        said = _password(account) if password_stdin else _link(account)
    except HouseError as no:
        raise click.ClickException(str(no)) from None
    if as_json:
        click.echo(json.dumps({"username": account.username, **said}))
    else:
        click.echo(said.get("url") or f"{account.username} can sign in.")


def _first(told: dict[str, Any]) -> Any:
    """The practice and its manager's account."""
    from medassist.domain.office import actions as office
    from medassist.domain.office.inputs import SetUp
    from medassist.interfaces.web import actions as accounts
    from medassist.interfaces.web.inputs import OpenAccount
    from medassist.kernel.context import system_context

    for name, question, default in ASKED:
        told[name] = told[name] or click.prompt(question, default=default, err=True)
    username = told.pop("username")
    OpenAccount.of(staff="00000000-0000-7000-8000-000000000000", username=username)  # before anything is made
    person = office.set_up(system_context("cli"), SetUp.of(**told))
    return accounts.open_account(system_context("cli"), OpenAccount.of(staff=person.pk, username=username))


def _again(told: dict[str, Any]) -> Any:
    """A manager of an office that is set up: found by sign-in name, or by name where there is no account yet."""
    from medassist.interfaces.web import actions as accounts
    from medassist.interfaces.web.access import managers
    from medassist.interfaces.web.inputs import OpenAccount, RenewLink
    from medassist.kernel.context import system_context

    found = managers.find(told["username"] or "", f"{told['given'] or ''} {told['family'] or ''}".strip())
    if found.account is not None:
        return accounts.renew_link(system_context("cli"), RenewLink.of(account=found.account.pk))
    username = told["username"] or click.prompt(ASKED[-1][1], err=True)
    return accounts.open_account(system_context("cli"), OpenAccount.of(staff=found.staff, username=username))


def _password(account: Any) -> dict[str, str]:
    from medassist.interfaces.web.access import managers

    managers.set_password(account, sys.stdin.readline().rstrip("\n"))
    return {}


def _link(account: Any) -> dict[str, str]:
    from medassist.interfaces.web.access import tickets

    try:
        address = (heartbeat.folder(home.path()) / "address").read_text().strip()
    except FileNotFoundError:
        address = "http://127.0.0.1:8000"
    return {"url": f"{address}/signin/link/{tickets.issue(account, 'invite')}"}
