"""Live boards: the whole first, the whole again after each event, an end when the person may see no more."""

import asyncio
import time

import pytest
from django.conf import settings
from django.db import connections

from medassist.domain.visits import actions, inputs
from medassist.interfaces.web import streams
from medassist.interfaces.web.models import Sitting
from medassist.kernel import clock
from medassist.kernel.models import AuditEntry
from medassist.kernel.testing import context
from tests import aside
from tests.office.given import given_patient
from tests.visits.given import given_visit
from tests.web.given import at_work

pytestmark = pytest.mark.django_db(transaction=True)


class Listener:
    """A browser's end of one stream."""

    def __init__(self, cookie: str = "", query: str = ""):
        self.heard: asyncio.Queue = asyncio.Queue()
        self.closed = asyncio.Event()
        self.status = 0
        headers = [(b"host", b"testserver"), (b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())]
        self.scope = {
            "type": "http", "method": "GET", "path": "/board/stream", "query_string": query.encode(),
            "headers": headers,
            "server": ("testserver", 80), "client": ("127.0.0.1", 1), "scheme": "http", "http_version": "1.1",
        }  # fmt: skip

    async def receive(self):
        await self.closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif body := message.get("body"):
            await self.heard.put(body.decode())

    async def next(self, seconds: float = 5.0) -> str:
        return await asyncio.wait_for(self.heard.get(), seconds)

    def run(self) -> asyncio.Task:
        return asyncio.create_task(streams.app(self.scope, self.receive, self.send))

    async def close(self, task: asyncio.Task) -> None:
        self.closed.set()
        await asyncio.wait_for(task, 2)


async def in_thread(work, *given):
    def alone():
        try:
            return work(*given)
        finally:
            connections.close_all()

    return await asyncio.to_thread(alone)


def listening(work):
    """Run an async test with a hub of its own, and leave nothing behind."""

    async def whole():
        streams.hub = None
        streams.threads = streams.Threads()
        try:
            await work()
        finally:
            if streams.hub:
                await streams.hub.end()
            for kind in streams.threads.pools:
                await streams.threads.run(kind, connections.close_all)
            for pool in streams.threads.pools.values():
                pool.shutdown()

    aside.run(whole())


def test_a_stream_sends_the_whole_board_and_again_after_an_event(yes):
    client, visit = at_work(), given_visit(patient=given_patient("Mercer", "Dale").pk)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    async def work():
        one = Listener(cookie)
        task = one.run()
        first = await one.next()
        assert one.status == 200 and first.startswith("data: ") and "Mercer" in first and first.endswith("\n\n")
        assert 'id="said" hx-swap-oob="true"' in first
        # the ear may open only now: what it missed is told as one more drawing
        while one.heard.qsize():
            await one.next()
        begin = time.perf_counter()
        await in_thread(actions.room, context(), inputs.StartRooming.of(visit=visit.pk))
        again = await one.next()
        while "Go on rooming" not in again:
            again = await one.next()
        assert time.perf_counter() - begin < 2
        await one.close(task)
        assert streams.hub.open == 0

    listening(work)
    # whom the board showed is in the trail once, not with every drawing
    listed = AuditEntry.objects.filter(outcome="listed", subject="list/board")
    assert sum(str(visit.patient_id) in entry.detail for entry in listed) == 1


def test_many_boards_share_one_drawing(yes, monkeypatch):
    client, visit = at_work(), given_visit()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    drawn = []
    gather = streams.live.day.gather
    monkeypatch.setattr(streams.live.day, "gather", lambda site: drawn.append(site) or gather(site))

    async def work():
        many = [Listener(cookie) for _ in range(12)]
        tasks = [one.run() for one in many]
        for one in many:
            await one.next()
        await asyncio.sleep(0.5)
        for one in many:
            while one.heard.qsize():
                await one.next()
        drawn.clear()
        await in_thread(actions.room, context(), inputs.StartRooming.of(visit=visit.pk))
        for one in many:
            assert "Go on rooming" in await one.next()
        assert len(drawn) <= 2
        for one, task in zip(many, tasks, strict=True):
            await one.close(task)

    listening(work)


def test_nobody_signed_in_hears_nothing(yes):
    at_work()

    async def work():
        one = Listener("not-a-session")
        await one.run()
        assert one.status == 401 and one.heard.empty()

    listening(work)


def test_a_board_that_may_not_be_seen_is_not_streamed(yes, settings):
    client = at_work()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"

    async def work():
        one = Listener(cookie)
        await one.run()
        assert one.status == 403 and one.heard.empty()

    listening(work)


def test_a_locked_stay_ends_its_stream(yes, monkeypatch):
    client = at_work()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    monkeypatch.setattr(streams, "LOOK", 0.2)
    monkeypatch.setattr(streams, "BEAT", 0.3)

    async def work():
        one = Listener(cookie)
        task = one.run()
        await one.next()
        await in_thread(lambda: Sitting.objects.update(locked_at=clock.now()))
        said = ""
        while "event: ended" not in said:
            said = await one.next()
        await asyncio.wait_for(task, 2)

    listening(work)


def test_a_quiet_stream_says_that_it_is_still_there(yes, monkeypatch):
    client = at_work()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    monkeypatch.setattr(streams, "BEAT", 1.1)

    async def work():
        one = Listener(cookie)
        task = one.run()
        said = ""
        while not said.startswith(":"):
            said = await one.next(8)
        await one.close(task)

    listening(work)


def test_only_get_is_answered(yes):
    client = at_work()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    async def work():
        one = Listener(cookie)
        one.scope["method"] = "POST"
        await one.run()
        assert one.status == 405

    listening(work)
