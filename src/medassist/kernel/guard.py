"""The locks: a router that refuses ORM writes outside an action, and triggers that refuse them in PostgreSQL itself.

They stop accidents, consoles and injected SQL. They do not stop somebody who holds the database owner's password;
against that the seals of the trail stand (audit.py), which show what was done.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from medassist.kernel import clock, doorway, trail
from medassist.kernel.context import SYSTEM, Context

log = logging.getLogger(__name__)
ROLE = "medassist_app"
GUARDED = ("medassist.kernel", "medassist.exchange", "medassist.domain.")
EXEMPT = {"kernel.Delivery", "kernel.Cursor"}
"""Tables of ours that are written outside actions: the clock's own book-keeping."""
APPEND_ONLY = {"kernel.AuditEntry", "kernel.Seal", "kernel.Event", "kernel.Answer"}
"""Rows that nobody changes, inside an action or outside; other apps add theirs by Meta.append_only or append_only()."""


class WriteOutsideAction(RuntimeError):
    """A row of the house was to be written while no action was open."""


def guarded(model: type[models.Model]) -> bool:
    """Whether the doorway guards this model's table."""
    config = model._meta.app_config
    return (
        config is not None
        and any(config.name == g or (g.endswith(".") and config.name.startswith(g)) for g in GUARDED)
        and model._meta.label not in EXEMPT
        and model._meta.managed
    )


def append_only(*labels: str) -> None:
    """Name further tables whose rows nobody may change ("exchange.Version")."""
    APPEND_ONLY.update(labels)


class Router:
    """Refuses ORM writes to guarded tables while no action is open."""

    def db_for_write(self, model: type[models.Model], **hints: Any) -> None:
        """Django asks here where to write; we answer whether at all."""
        if doorway.current() is None and guarded(model):
            raise WriteOutsideAction(f"{model._meta.label} is written by actions only (docs/design/house.md, 4)")


@contextmanager
def open_house(why: str) -> Iterator[None]:
    """Open the house by name for a migration or a bulk load; the trail says that it was."""
    ctx = Context(SYSTEM, "cli", clock.now())
    with doorway.opened(doorway.Doorway(why, ctx)) as house, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('medassist.action', %s, true)", [why])
        entry = trail.Entry(ctx, "house.opened", "house.opened", "office", detail={"why": why})
        house.stack.append(entry)
        yield
        house.entries.append(entry)
        doorway.close(house, None)


FUNCTIONS = """
CREATE OR REPLACE FUNCTION medassist_only_in_actions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF nullif(current_setting('medassist.action', true), '') IS NULL THEN
    RAISE EXCEPTION 'table % is written by actions only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION medassist_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE FUNCTION medassist_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('events', concat_ws(' ', NEW.id, NEW.name, coalesce(NEW.site::text, '-'), NEW.subject));
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS medassist_tell ON kernel_event;
CREATE TRIGGER medassist_tell AFTER INSERT ON kernel_event FOR EACH ROW EXECUTE FUNCTION medassist_tell();
"""

SYSTEM_ACTOR = """
INSERT INTO kernel_actor (id, kind, name, code, active, at)
  VALUES ('00000000-0000-7000-8000-000000000001', 'system', 'medassist', 'system', true, now()) ON CONFLICT DO NOTHING;
"""

GUARD = """
DROP TRIGGER IF EXISTS medassist_guard ON {table};
CREATE TRIGGER medassist_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION medassist_only_in_actions();
"""

FREEZE = """
DROP TRIGGER IF EXISTS medassist_frozen ON {table};
CREATE TRIGGER medassist_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION medassist_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role};
"""

GRANTS = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
  EXECUTE format('GRANT {role} TO %I', current_user);
END $$;
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
"""


def _tables() -> Iterator[tuple[str, str]]:
    """Label and table of every guarded model, those of many-to-many fields included."""
    for model in apps.get_models(include_auto_created=True):
        if guarded(model) and not model._meta.proxy:
            yield model._meta.label, connection.ops.quote_name(model._meta.db_table)


def install(**_: Any) -> None:
    """Put the role, its grants and the triggers in place; run as the database's owner after every migration."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('medassist.action', 'guard.install', true)")
        cursor.execute(GRANTS.replace("{role}", ROLE))
        cursor.execute(FUNCTIONS + SYSTEM_ACTOR)
        for label, table in _tables():
            cursor.execute(GUARD.format(table=table))
            if label in APPEND_ONLY:
                cursor.execute(FREEZE.format(table=table, role=ROLE))


def take_role(sender: Any = None, connection: Any = None, **_: Any) -> None:
    """Every connection begins as the application's role, which owns nothing and cannot change the trail."""
    if settings.MEDASSIST_ROLE and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {ROLE}")
