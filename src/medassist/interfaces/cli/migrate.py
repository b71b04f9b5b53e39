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

    found()
    call_command("migrate", interactive=False, verbosity=0 if quiet else 1)


def found() -> None:
    """In an empty database make every table as it is today, and note each migration as done; otherwise nothing.

    What a new house would wait for is not its tables but Django's drawing of all models after every single step. That
    both ways lead to the same tables is tested (tests/host/test_tables.py); a step that makes rows would be skipped
    here, so such rows belong where they are made in any case: in post_migrate.
    """
    from django.apps import apps
    from django.db import connection, transaction
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    if connection.introspection.table_names():
        return
    steps = sorted(MigrationLoader(connection).disk_migrations)
    with transaction.atomic():
        with connection.schema_editor() as editor:
            for model in apps.get_models():
                if model._meta.managed and not model._meta.proxy:
                    editor.create_model(model)
        note = MigrationRecorder(connection)
        for app, name in steps:
            note.record_applied(app, name)
