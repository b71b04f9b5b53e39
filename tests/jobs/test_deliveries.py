"""Events told to reactions: at least once, in any order of commits, and never lost in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection

from medassist.domain.worklist.models import Task
from medassist.interfaces.jobs import deliveries, reports, schedule
from medassist.kernel import clock, events
from medassist.kernel.models import Cursor, Delivery, Event
from tests.kernel.given import KeepActor, keep
from tests.office.given import given_office

pytestmark = pytest.mark.django_db(transaction=True)


class Heard:
    """A reaction that remembers what it heard and fails as long as it is told to."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str | None]] = []
        self.failing = False

    def __call__(self, ctx: Any, event: Event) -> None:
        self.told.append((event.name, ctx.key))
        if self.failing:
            raise RuntimeError("the printer is on fire")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, yes: None) -> Iterator[Heard]:
    """The only one who reacts, to the one event of these tests."""
    reaction = Heard()
    monkeypatch.setattr(events, "_reactions", {"test.kept": {"tests.print_label": reaction}})
    yield reaction


def tell() -> int:
    """One round of the clock."""
    deliveries.plan()
    return deliveries.deliver()


def test_a_reaction_hears_an_event_once_with_its_id_as_key(heard: Heard, ctx: Any) -> None:
    keep(ctx, KeepActor(name="one"))
    assert tell() == 1
    assert tell() == 0
    assert heard.told == [("test.kept", str(Event.objects.get().id))]
    assert Delivery.objects.get().done_at is not None


def test_what_nobody_reacts_to_is_passed_over(heard: Heard, ctx: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_reactions", {"test.other": {"x": heard}})
    keep(ctx, KeepActor(name="one"))
    assert tell() == 0 and not Delivery.objects.exists()


def test_a_reaction_that_comes_later_does_not_hear_the_past(
    heard: Heard, ctx: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ctx, KeepActor(name="one"))
    assert tell() == 1
    monkeypatch.setattr(events, "_reactions", {"test.kept": {"tests.new": heard}})
    assert tell() == 0


def test_an_event_whose_transaction_began_earlier_and_ended_later_is_heard(heard: Heard, ctx: Any) -> None:
    keep(ctx, KeepActor(name="first"))
    copy = Event.objects.get()
    parts = connection.get_connection_params()
    wanted = {key: parts[key] for key in ("host", "port", "dbname", "user", "password") if parts.get(key)}
    with psycopg.connect(**wanted) as slow:
        slow.execute("select set_config('medassist.action', 'test', true)")
        slow.execute(
            "insert into kernel_event (id, name, action, act, actor, subject, result, at)"
            " values (gen_random_uuid(), 'test.kept', 'a', 'b', %s, 'slow', '', now())",
            [copy.actor],
        )
        keep(ctx, KeepActor(name="second"))
        tell()
        assert len(heard.told) == 1, "what is above a transaction under way waits for it"
        slow.commit()
    assert tell() == 2
    assert len(heard.told) == 3


def test_one_that_fails_is_tried_again_ever_more_slowly_and_then_given_to_a_person(heard: Heard, ctx: Any) -> None:
    given_office()
    heard.failing = True
    keep(ctx, KeepActor(name="one"))
    with time_machine.travel(clock.now(), tick=False) as now:
        waits = []
        assert tell() == 1
        while (delivery := Delivery.objects.get()).next_at is not None:
            assert tell() == 0, "not before its time"
            waits.append((delivery.next_at - clock.now()).total_seconds())
            now.move_to(delivery.next_at)
            assert tell() == 1
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    assert len(heard.told) == deliveries.TRIES and len(set(heard.told)) == 1, "the same key each time"
    assert reports.given_up() == 1 and reports.given_up() == 1
    task = Task.objects.get(kind="system")
    assert "print label was tried 8 times" in task.details and "on fire" in task.details


def test_one_that_recovers_is_done(heard: Heard, ctx: Any) -> None:
    heard.failing = True
    keep(ctx, KeepActor(name="one"))
    tell()
    heard.failing = False
    with time_machine.travel(clock.now() + timedelta(seconds=3), tick=False):
        assert tell() == 1
    delivery = Delivery.objects.get()
    assert delivery.done_at and not delivery.error and delivery.tries == 2
    assert not deliveries.stuck() and not deliveries.waiting()


def test_a_reaction_that_a_new_version_has_no_more_ends_in_peace(
    heard: Heard, ctx: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ctx, KeepActor(name="one"))
    deliveries.plan()
    monkeypatch.setattr(events, "_reactions", {})
    deliveries.deliver()
    assert not heard.told and not deliveries.waiting()


def test_after_a_restore_where_transactions_count_anew_news_is_heard(heard: Heard, ctx: Any) -> None:
    keep(ctx, KeepActor(name="one"))
    tell()
    Cursor.objects.update(xid=2**40)
    keep(ctx, KeepActor(name="two"))
    assert tell() == 1
    assert len(heard.told) == 2


def test_the_schedule_goes_on_when_one_line_fails() -> None:
    done: list[str] = []

    def broken() -> None:
        done.append("broken")
        raise RuntimeError("no")

    lines = [schedule.Line("broken", 60, broken), schedule.Line("fine", 60, lambda: done.append("fine"))]
    for at in (0.0, 30.0, 60.0):
        schedule.sweep(lines, at)
    assert done == ["broken", "fine"] * 2
    assert lines[0].fails == 2


def test_every_line_of_the_schedule_is_an_action_of_this_house() -> None:
    assert len(schedule.lines()) == len(schedule.LINES) + 3
