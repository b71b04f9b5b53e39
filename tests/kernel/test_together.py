"""What is kept together with the action that follows: one transaction, and never lost where none follows."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from medassist.kernel import audit, trail
from medassist.kernel.errors import Invalid, Refused
from medassist.kernel.models import AuditEntry
from tests.kernel.given import KeepActor, keep

pytestmark = pytest.mark.django_db


def opened(ctx):
    audit.keep([trail.Entry(ctx, "reading.open", "house.open_chart", "patient/1", outcome="opened")])


def kept():
    return list(AuditEntry.objects.order_by("id").values_list("action", "outcome"))


OPENED, DONE = ("reading.open", "opened"), ("test.keep", "done")


def test_the_entry_goes_with_the_first_action_in_one_statement(yes, ctx):
    with CaptureQueriesContext(connection) as asked, audit.together():
        opened(ctx)
        keep(ctx, KeepActor(name="Ana"))
    assert sum("INSERT INTO kernel_audit" in one["sql"] for one in asked) == 1
    assert kept() == [OPENED, DONE]
    keep(ctx, KeepActor(name="Ben"))
    assert kept() == [OPENED, DONE, DONE]


def test_where_no_action_follows_it_is_there_when_the_block_ends(ctx):
    with audit.together():
        opened(ctx)
        assert kept() == []
    assert kept() == [OPENED]


def test_an_action_that_is_impossible_leaves_it(yes, ctx):
    with audit.together():
        opened(ctx)
        with pytest.raises(Invalid):
            keep(ctx, KeepActor(name="nobody"))
    assert kept() == [OPENED]


def test_a_refusal_stands_after_it(no, ctx):
    with audit.together():
        opened(ctx)
        with pytest.raises(Refused):
            keep(ctx, KeepActor(name="Ana"))
    assert kept() == [OPENED, ("test.keep", "refused")]


def test_a_request_that_was_answered_before_leaves_it(yes, ctx):
    keep(ctx.but(key="k-1"), KeepActor(name="Ana"))
    with audit.together():
        opened(ctx)
        keep(ctx.but(key="k-1"), KeepActor(name="Ana"))
    assert kept() == [DONE, OPENED]


def test_a_transaction_that_fails_at_its_end_does_not_take_it_along(yes, ctx, monkeypatch):
    write = trail.write

    def fails(where, entries, events, answer, before=""):
        write(where, entries, events, answer, before)
        if events:
            raise OperationalError("the connection is lost")

    monkeypatch.setattr(trail, "write", fails)
    with audit.together():
        opened(ctx)
        with pytest.raises(OperationalError):
            keep(ctx, KeepActor(name="Ana"))
    assert kept() == [OPENED]


def test_a_fault_in_the_block_leaves_it_too(ctx):
    with pytest.raises(ZeroDivisionError), audit.together():
        opened(ctx)
        raise ZeroDivisionError
    assert kept() == [OPENED]
    opened(ctx)
    assert kept() == [OPENED, OPENED], "outside the block nothing waits"


def test_a_block_in_a_block_leaves_the_outer_one_as_it_was(yes, ctx):
    with audit.together():
        opened(ctx)
        with audit.together():
            opened(ctx)
        assert kept() == [OPENED]
        keep(ctx, KeepActor(name="Ana"))
        assert kept() == [OPENED, OPENED, DONE]
