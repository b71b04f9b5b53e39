"""The trail: tampering in each way, as the database's owner, is named."""

import pytest
from django.db import connection

from medassist.kernel import audit
from medassist.kernel.models import AuditEntry, Seal
from tests.kernel.given import KeepActor, keep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed(yes, ctx):
    """Nine entries under three seals; their ids in order."""
    for batch in range(3):
        for n in range(3):
            keep(ctx, KeepActor(name=f"{batch}-{n}"))
        assert audit.seal() == 3
    return list(AuditEntry.objects.order_by("id").values_list("id", flat=True))


def as_owner(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = origin; SET ROLE medassist_app")


def test_an_honest_trail_verifies(sealed):
    found = audit.verify()
    assert found.as_dict() == {"ok": True, "table": "kernel_audit", "order": "id", "rows": 9, "faults": []}
    assert audit.seal() == 0


@pytest.mark.parametrize(
    "change", ["outcome = 'x'", "detail = '{}'", "patient = id", "at = at + interval '1 second'", "xid = '3'::xid8"]
)
def test_a_changed_row_is_named(sealed, change):
    as_owner(f"UPDATE kernel_audit SET {change} WHERE id = %s", sealed[4])
    assert audit.verify().faults == [f"entry {sealed[4]} was changed"]


def test_a_removed_row_is_named(sealed):
    as_owner("DELETE FROM kernel_audit WHERE id = %s", sealed[4])
    assert audit.verify().faults == [f"entry {sealed[4]} was removed"]


def test_an_inserted_row_is_named_before_and_after_the_next_seal(sealed):
    columns = "at, actor, kind, on_behalf_of, site, via, action, act, subject, patient, outcome, ruling, detail, mac"
    as_owner(
        f"INSERT INTO kernel_audit (id, {columns}) SELECT gen_random_uuid(), {columns} FROM kernel_audit WHERE id = %s",
        sealed[4],
    )
    assert "inserted" in audit.verify().faults[0]
    audit.seal()
    assert len(audit.verify().faults) == 1


def test_two_rows_that_changed_places_are_named(sealed):
    as_owner(
        "UPDATE kernel_audit SET id = CASE id WHEN %s THEN '00000000-0000-0000-0000-000000000000' ELSE %s END"
        " WHERE id IN (%s, %s)",
        sealed[2], sealed[2], sealed[2], sealed[5],
    )  # fmt: skip
    as_owner("UPDATE kernel_audit SET id = %s WHERE id = '00000000-0000-0000-0000-000000000000'", sealed[5])
    assert set(audit.verify().faults) == {f"entry {sealed[2]} was changed", f"entry {sealed[5]} was changed"}


def test_the_newest_rows_gone_with_their_seal_is_named(sealed):
    as_owner("DELETE FROM kernel_audit WHERE id = ANY(%s)", sealed[6:])
    as_owner("DELETE FROM kernel_seal WHERE id = 3")
    assert any("newest seals are gone" in fault for fault in audit.verify().faults)


def test_all_gone_is_named(sealed):
    as_owner("DELETE FROM kernel_audit")
    as_owner("DELETE FROM kernel_seal")
    assert not audit.verify().as_dict()["ok"]


def test_a_changed_seal_and_a_removed_one_are_named(sealed):
    as_owner("UPDATE kernel_seal SET count = 2 WHERE id = 2")
    assert any("seal 2" in fault for fault in audit.verify().faults)
    as_owner("DELETE FROM kernel_seal WHERE id = 2")
    assert any("seals 2 to 2 were removed" in fault for fault in audit.verify().faults)


def test_sealing_leaves_out_what_an_open_transaction_may_still_add(sealed, yes, ctx):
    from django.db import connections

    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("BEGIN; SELECT pg_current_xact_id()")
        keep(ctx, KeepActor(name="later"))
        assert audit.seal() == 0
        cursor.execute("COMMIT")
    other.close()
    assert audit.seal() == 1 and Seal.objects.count() == 4
