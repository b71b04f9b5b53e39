"""The stamp: one row that triggers renew whenever something changes that a ruling rests on.

Rulings are asked before every write, so what they rest on is kept in memory and thrown away when the stamp differs. The
triggers write it in the same transaction as the change: whoever can see the change sees the new stamp.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

WATCHED = (
    "kernel_actor",
    "office_organization",
    "office_site",
    "office_staff",
    "office_position",
    "office_presence",
    "credentials_credential",
    "credentials_verification",
    "credentials_signoff",
    "credentials_revocation",
    "delegation_policy",
    "delegation_grant",
    "delegation_reach",
    "delegation_state_file",
)

FUNCTION = """
CREATE OR REPLACE FUNCTION medassist_new_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO delegation_stamp (id, version) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET version = excluded.version;
  RETURN NULL;
END $$;
"""

TRIGGER = """
DROP TRIGGER IF EXISTS medassist_stamp ON {table};
CREATE TRIGGER medassist_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION medassist_new_stamp();
"""


def install(**_: Any) -> None:
    """Put the triggers on every watched table that is there; run as the database's owner after every migration."""
    there = set(connection.introspection.table_names())
    if "delegation_stamp" not in there:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FUNCTION)
        for table in WATCHED:
            if table in there:
                cursor.execute(TRIGGER.format(table=table))


def current() -> str:
    """The stamp as this transaction sees it; empty when there is none, and then nothing may be kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM delegation_stamp WHERE id = 1")
        row = cursor.fetchone()
    return str(row[0]) if row else ""
