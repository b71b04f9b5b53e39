"""The doorway: what an action leaves behind when it is done, refused, impossible, or asked twice."""

import json
import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from medassist.kernel import action as actions
from medassist.kernel import audit, guard, trail
from medassist.kernel.errors import Conflict, Invalid, Refused
from medassist.kernel.models import ActorRow, Answer, AuditEntry, Event
from tests.kernel.given import KeepActor, KeepMany, RenameActor, keep, keep_many, rename

pytestmark = pytest.mark.django_db


def test_a_done_action_leaves_its_row_one_entry_and_one_event(yes, ctx):
    row = keep(ctx, KeepActor(name="Ana"))
    entry, event = AuditEntry.objects.get(), Event.objects.get()
    assert (entry.action, entry.outcome, entry.ruling, entry.actor) == ("test.keep", "done", "test/yes", ctx.actor.id)
    assert json.loads(entry.detail) == {"given": {"name": "Ana"}, "wrote": [f"kernel.ActorRow/{row.pk}"]}
    assert (event.name, event.result) == ("test.kept", f"kernel.ActorRow/{row.pk}")


def test_a_refused_action_leaves_only_the_refusal(no, ctx):
    with pytest.raises(Refused) as refused:
        keep(ctx, KeepActor(name="Ana"))
    assert refused.value.ruling.decision == "deny"
    entry = AuditEntry.objects.get()
    assert entry.outcome == "refused" and "No, says the test." in entry.ruling
    assert not ActorRow.objects.filter(name="Ana").exists() and not Event.objects.exists()


def test_without_an_authority_or_with_one_that_fails_the_answer_is_no(settings, ctx):
    for path in ("", "medassist.kernel.testing.nothing_here", "medassist.kernel.clock.today"):
        settings.MEDASSIST_AUTHORITY = path
        with pytest.raises(Refused):
            keep(ctx, KeepActor(name="Ana"))


def test_an_impossible_action_leaves_nothing(yes, ctx):
    with pytest.raises(Invalid) as impossible:
        keep(ctx, KeepActor(name="nobody"))
    assert impossible.value.faults == {"name": ["Nobody is no name."]}
    assert not AuditEntry.objects.exists() and not Event.objects.exists()


def test_the_same_key_twice_is_answered_as_before_and_written_once(yes, ctx):
    ctx = ctx.but(key="k-1")
    first, second = keep(ctx, KeepActor(name="Ana")), keep(ctx, KeepActor(name="Ana"))
    assert first == second
    assert ActorRow.objects.filter(name="Ana").count() == Event.objects.count() == AuditEntry.objects.count() == 1
    assert "Ana" not in Answer.objects.get().result


def test_another_body_under_the_same_key_is_a_conflict(yes, ctx):
    keep(ctx.but(key="k-1"), KeepActor(name="Ana"))
    with pytest.raises(Conflict):
        keep(ctx.but(key="k-1"), KeepActor(name="Ben"))


def test_a_key_belongs_to_its_sender(yes, ctx):
    other = keep(ctx, KeepActor(name="other"))
    keep(ctx.but(key="k-1"), KeepActor(name="Ana"))
    their = ctx.but(key="k-1", actor=type(ctx.actor)(other.id, "agent", "other"))
    assert keep(their, KeepActor(name="Ben")).name == "Ben"


def test_a_change_is_told_with_what_was_there_before(yes, ctx):
    keep(ctx, KeepActor(name="Ana"))
    row = rename(ctx, RenameActor(name="Ana", new="Anna"))
    entry = AuditEntry.objects.get(action="test.rename")
    assert json.loads(entry.detail)["wrote"] == [{f"kernel.ActorRow/{row.pk}": {"name": ["Ana", "Anna"]}}]


def test_nested_actions_share_a_transaction_and_each_has_its_own_entry(yes, ctx):
    made = keep_many(ctx.but(key="m"), KeepMany(names=("Ana", "nobody", "Ben")))
    assert [row.name for row in made] == ["Ana", "Ben"]
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "test.keep", "test.keep", "test.keep_many",
    ]  # fmt: skip
    assert Event.objects.filter(name="test.one_more").count() == 2
    again = keep_many(ctx.but(key="m"), KeepMany(names=("Ana", "nobody", "Ben")))
    assert [row.name for row in again] == ["Ana", "Ben"] and ActorRow.objects.filter(name="Ana").count() == 1


def test_large_inputs_are_kept_in_the_trail_as_hash_and_size(yes, ctx):
    keep_many(ctx, KeepMany(names=tuple(f"name {n} {'.' * 150}" for n in range(150))))
    given = json.loads(AuditEntry.objects.get(action="test.keep_many").detail)["given"]
    assert set(given) == {"sha256", "size"}


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_with_one_key_write_once(yes, ctx):
    done, went_wrong = [], []

    def send() -> None:
        try:
            done.append(keep(ctx.but(key="one"), KeepActor(name="Ana")).pk)
        except Exception as error:
            went_wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not went_wrong
    assert len(done) == 50 and len(set(done)) == 1 and ActorRow.objects.filter(name="Ana").count() == 1


@pytest.mark.django_db(transaction=True)
def test_orm_writes_outside_an_action_are_refused(ctx):
    with pytest.raises(guard.WriteOutsideAction):
        ActorRow.objects.create(kind="agent", name="Ana")
    with pytest.raises(guard.WriteOutsideAction):
        ActorRow.objects.update(name="x")
    with pytest.raises(DatabaseError, match="written by actions only"):
        ActorRow.objects.using("default").create(kind="agent", name="Ana")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("label", sorted(label for label, _ in guard._tables()))
def test_raw_sql_outside_an_action_is_refused_on_every_table(label):
    table = dict(guard._tables())[label]
    for sql in (f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_the_trail_cannot_be_changed_even_inside_an_action(yes, ctx):
    keep(ctx, KeepActor(name="Ana"))
    for sql in ("UPDATE kernel_audit SET outcome = 'x'", "DELETE FROM kernel_audit", "TRUNCATE kernel_audit"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('medassist.action', 'x', true)")
            cursor.execute(sql)


def test_rows_are_not_deleted(yes, ctx):
    row = keep(ctx, KeepActor(name="Ana"))
    with pytest.raises(TypeError):
        row.delete()
    with pytest.raises(TypeError):
        ActorRow.objects.all().delete()


def test_every_action_has_a_line_for_people():
    assert actions.ACTIONS
    for info in actions.ACTIONS.values():
        assert info.doc and info.inputs, info.name


def test_an_entry_bears_the_mark_of_the_house(yes, ctx):
    keep(ctx, KeepActor(name="Zoë 😀"))
    assert audit.verify().faults == []
    assert trail.mac((1, 2)) != trail.mac((1, 3))
