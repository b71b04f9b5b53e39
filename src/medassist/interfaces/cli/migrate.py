"""`medassist migrate`: tables, the application's role, its grants and the guards, as the database's owner."""

from __future__ import annotations

import click

from medassist.interfaces.cli import house


@click.command()
@click.option("--quiet", is_flag=True, help="Say nothing when all goes well.")
def command(quiet: bool) -> None:
    """Bring the database to this version: tables, roles, guards.

    Connects as the owner (MEDASSIST_DATABASE_URL) and makes the role medassist_app, which everything else uses: it
    owns no table, so it can't take the guards off. That stops accidents and injected SQL, not somebody who holds
    the owner's password.
    """
    house.enter(as_owner=True)
    migrate(quiet)


def migrate(quiet: bool = False) -> None:
    """Run Django's migrations; the guards follow by themselves."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0 if quiet else 1)
