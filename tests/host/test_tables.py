"""A new house is given its tables at once: they are the ones to which all migrations lead."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from medassist.host.postgres import Server
from tests.host.machine import environment, new_home

AT_ONCE = "from medassist.interfaces.cli.migrate import migrate; migrate(quiet=True)"
STEP_BY_STEP = "from django.core.management import call_command; call_command('migrate', verbosity=0)"
ENTER = "from medassist.interfaces.cli import house; house.enter(as_owner=True);"
# Django's own tables are left out: an automatic key is wider when its table comes from a migration
LOOKS = {
    "columns": """
        select table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale,
               is_nullable, column_default
        from information_schema.columns where table_schema = 'public' and table_name not like 'auth_%' order by 1, 2""",
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid), condeferred
        from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2""",
    "indexes": "select indexdef from pg_indexes where schemaname = 'public' order by 1",
    "guards": """
        select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
        order by 1, 2""",
    "grants": "select relname, relacl::text from pg_class where relnamespace = 'public'::regnamespace order by 1",
    "migrations": "select app, name from django_migrations order by 1, 2",
}


def looks(home: Path, code: str) -> dict[str, list[tuple]]:
    """What the database of a new home looks like after this."""
    subprocess.run([sys.executable, "-c", ENTER + code], env=environment(home), check=True)
    with psycopg.connect(Server(home).start()) as line:
        return {what: line.execute(query).fetchall() for what, query in LOOKS.items()}


@pytest.mark.django_db
def test_no_change_of_a_table_lacks_its_migration(settings) -> None:
    settings.MIGRATION_MODULES = {}  # else there are none here: the tests' own tables are made from the models
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.fixture
def homes() -> Iterator[tuple[Path, Path]]:
    """Two new homes."""
    with new_home() as one, new_home() as other:
        yield one, other


def test_tables_made_at_once_are_those_that_migrations_lead_to(homes: tuple[Path, Path]) -> None:
    at_once, step_by_step = looks(homes[0], AT_ONCE), looks(homes[1], STEP_BY_STEP)
    for what, found in step_by_step.items():
        assert found, what
        assert at_once[what] == found, what
    undone = "from django.core.management import call_command; call_command('migrate', 'visits', '0001', verbosity=0);"
    assert looks(homes[0], undone + AT_ONCE) == at_once, "a house that has tables is migrated"
