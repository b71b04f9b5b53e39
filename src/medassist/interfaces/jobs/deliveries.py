"""Events told to reactions, at least once: from the table, woken by NOTIFY, tried again when one fails.

The cursor is a transaction number, not a time: an event whose transaction began earlier may be committed later, and
only below the oldest transaction under way can nothing appear any more.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from medassist.kernel import clock, events
from medassist.kernel.context import system_context
from medassist.kernel.models import Cursor, Delivery, Event

log = logging.getLogger(__name__)
NAME = "reactions"
BATCH = 200
TRIES = 8  # the last one comes some four minutes after the first
_LOCK = 0x6D65_6464  # advisory lock: one clock at a time
_REST = 200  # transactions without news after which the cursor moves: not at each one, or the clock never rests
_NEWER_CLUSTER = timedelta(minutes=5)


def plan() -> int:
    """Note who is to hear the events since the last time; the number of deliveries noted."""
    with transaction.atomic():
        since, until, after = _window()
        if until == since:
            return 0
        heard = Event.objects.extra(where=["xid >= %s::text::xid8", "xid < %s::text::xid8"], params=[since, until])
        heard = heard.filter(name__in=events.heard(), **({"at__gte": after} if after else {}))
        found = [
            Delivery(event_id=event, reaction=reaction, next_at=clock.now())
            for event, name in heard.order_by("id").values_list("id", "name")
            for reaction in events.reactions(name)
        ]
        Delivery.objects.bulk_create(found, ignore_conflicts=True)
        if found or after or until - since > _REST:
            Cursor.objects.update_or_create(name=NAME, defaults={"xid": until, "at": clock.now()})
    return len(found)


def _window() -> tuple[int, int, datetime | None]:
    """The transactions to look at, and, where the numbers began anew, the time since which events count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        until = cursor.fetchone()[0]
    last = Cursor.objects.filter(name=NAME).first()
    if last is None:
        return 0, until, None
    if last.xid > until:  # another cluster after a restore: its transactions count from the beginning again
        return 0, until, last.at - _NEWER_CLUSTER
    return last.xid, until, None


def deliver() -> int:
    """Tell what is due; the number of reactions that were called."""
    due = Delivery.objects.filter(done_at__isnull=True, next_at__lte=clock.now())
    called = 0
    for delivery in due.select_related("event").order_by("event_id", "id")[:BATCH]:
        _tell(delivery)
        called += 1
    return called


def _tell(delivery: Delivery) -> None:
    event = delivery.event
    reaction = events.reactions(event.name).get(delivery.reaction)
    if reaction is None:  # this version has it no more
        _note(delivery, error="nobody reacts by this name any more", next_at=None)
        return
    try:
        reaction(system_context("jobs", site=event.site, key=str(event.id)), event)
    except Exception as error:
        log.exception("%s failed on %s %s", delivery.reaction, event.name, event.id)
        _failed(delivery, error)
    else:
        _note(delivery, tries=delivery.tries + 1, done_at=clock.now(), next_at=None, error="")


def _failed(delivery: Delivery, error: Exception) -> None:
    """Try again later, ever more slowly; in the end say so to a person."""
    tries = delivery.tries + 1
    again = clock.now() + timedelta(seconds=2**tries) if tries < TRIES else None
    _note(delivery, tries=tries, next_at=again, error=f"{type(error).__name__}: {error}"[:2000])
    if again is None:
        log.error("%s gave up on %s %s", delivery.reaction, delivery.event.name, delivery.event_id)


def _note(delivery: Delivery, **changes: object) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(**changes)


def stuck() -> list[Delivery]:
    """Deliveries that were given up: what a person must look at."""
    given_up = Delivery.objects.filter(done_at__isnull=True, next_at__isnull=True, tries__gte=TRIES)
    return list(given_up.select_related("event").order_by("id")[:100])


def waiting() -> int:
    """How many deliveries are due and not made."""
    return Delivery.objects.filter(done_at__isnull=True, next_at__lte=clock.now()).count()
