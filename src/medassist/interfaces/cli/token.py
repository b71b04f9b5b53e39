"""`medassist token`: a bearer token for another system."""

from __future__ import annotations

import json
from datetime import timedelta

import click

from medassist.interfaces.cli import house


@click.command("token")
@click.option("--client", required=True, metavar="NAME", help="The other system's name; the same name, one account.")
@click.option(
    "--scope",
    "scope",
    required=True,
    metavar="SCOPES",
    help='SMART system scopes, as system/*.read, system/*.cruds or "system/Patient.rs system/Slot.rs".',
)
@click.option("--site", "site", metavar="NAME", help="The site where it works; the first one when absent.")
@click.option("--days", type=click.IntRange(1, 3650), help="After how many days it ends; never when absent.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(client: str, scope: str, site: str | None, days: int | None, as_json: bool) -> None:
    """Print a bearer token for the FHIR API, alone on its line. It is shown this once and kept as a hash only.

    The account may read, and with a scope that writes do what a medical assistant may, through the same actions and
    the same trail.
    """
    from medassist.interfaces.fhir import scopes

    try:
        given = scopes.parsed(scope)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    house.enter()
    from medassist.domain.office import queries as office
    from medassist.interfaces.fhir.enrol import enrol
    from medassist.kernel import clock
    from medassist.kernel.context import system_context

    sites = office.sites()
    where = next((s for s in sites if site in (None, s.name, str(s.pk))), None)
    if site and where is None:
        raise click.ClickException(f"there is no site {site}; sites: {', '.join(s.name for s in sites) or 'none'}")
    until = clock.now() + timedelta(days=days) if days else None
    token = enrol(system_context(via="cli"), client, given, where.pk if where else None, until)
    told = {"token": token, "client": client, "scopes": list(given), "expires_at": until and until.isoformat()}
    click.echo(json.dumps(told) if as_json else token)
