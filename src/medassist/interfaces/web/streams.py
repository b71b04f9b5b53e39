"""Live boards: one ear on the database a process, one drawing a site and change, one open answer a browser.

An ASGI application of its own, served beside the pages on the same port. A stream sends the whole first, then the whole
again after each event that concerns the site; a comment every 15 s keeps it open; a minute that passes is a change too.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections, connection

from medassist.interfaces.web.access import sittings
from medassist.interfaces.web.access.sessions import SessionStore
from medassist.interfaces.web.board import live
from medassist.kernel import clock
from medassist.kernel.errors import HouseError
from medassist.kernel.events import CHANNEL

log = logging.getLogger(__name__)
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Numbers = tuple[int, int, int, int]

TASKS = "worklist."
BEAT = 15.0  # seconds between comments on a quiet stream
GATHER = 0.03  # seconds in which several events become one drawing
LOOK = 30.0  # seconds after which a stream looks again whether its person may still see it
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Hub:
    """The one LISTEN connection of this process; tells each site's change to the streams that wait for it."""

    def __init__(self) -> None:
        self.numbers: dict[UUID | None, int] = {}
        self.tasks = 0
        self.changed = asyncio.Condition()
        self.ear: asyncio.Task[None] | None = None
        self.open = 0

    def begin(self) -> None:
        """Start to listen, if nobody has."""
        if self.ear is None or self.ear.done():
            self.ear = asyncio.create_task(self._listen())

    async def end(self) -> None:
        """Stop listening."""
        if self.ear:
            self.ear.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.ear

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_address(), autocommit=True) as ear:
                    await ear.execute(f"LISTEN {CHANNEL}")
                    await self.tell(None)  # what was said while nobody listened
                    async for said in ear.notifies():
                        await self._hear(said.payload)
            except (psycopg.Error, OSError) as lost:
                log.warning("the ear on the database was cut: %s", lost)
                await asyncio.sleep(1)

    async def _hear(self, payload: str) -> None:
        """'<event> <name> <site or -> <subject>'."""
        _, name, site, *_ = (*payload.split(" ", 3), "", "")
        if live.concerns(name):
            await self.tell(None if site in ("-", "") else UUID(site), name.startswith(TASKS))

    async def tell(self, site: UUID | None, tasks: bool = True) -> None:
        """A site changed; None: perhaps all of them."""
        async with self.changed:
            self.numbers[site] = self.numbers.get(site, 0) + 1
            self.tasks += tasks
            self.changed.notify_all()

    def number(self, site: UUID) -> Numbers:
        """What a stream compares to know whether it is behind: changes of site, all, tasks; and the minute."""
        minute = int(clock.now().timestamp() // 60)
        return self.numbers.get(site, 0), self.numbers.get(None, 0), self.tasks, minute

    async def news(self, site: UUID, known: Numbers, patience: float) -> bool:
        """Wait until the site is no longer at `known`, or the patience ends; whether there is news."""
        to_minute = 60 - clock.now().timestamp() % 60 + 0.05
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(patience, to_minute)), self.changed:
                await self.changed.wait_for(lambda: self.number(site) != known)
        return self.number(site) != known


def _address() -> dict[str, Any]:
    """Where the database is, as the driver wants it."""
    parts = connection.get_connection_params()
    return {
        name: value for name, value in parts.items() if name not in ("cursor_factory", "context", "server_side_binding")
    }


class Threads:
    """Two threads with a database connection each: drawing never waits behind asking who somebody is."""

    def __init__(self) -> None:
        self.pools = {kind: ThreadPoolExecutor(1, f"streams-{kind}") for kind in ("draw", "ask")}

    async def run(self, kind: str, work: Callable[..., Any], *given: Any) -> Any:
        """Do something that asks the database, off the loop."""
        return await asyncio.get_running_loop().run_in_executor(self.pools[kind], self._fresh, work, *given)

    @staticmethod
    def _fresh(work: Callable[..., Any], *given: Any) -> Any:
        close_old_connections()
        return work(*given)


hub: Hub | None = None
threads = Threads()


def _hub() -> Hub:
    global hub
    if hub is None:
        hub = Hub()
    hub.begin()
    return hub


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """The ASGI application."""
    if scope["type"] == "lifespan":
        await _life(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _life(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if hub:
                await hub.end()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _answer(scope: Message, receive: Receive, send: Send) -> None:
    request = ASGIRequest(scope, BytesIO(b""))
    watch = await threads.run("ask", _who, request)
    if request.method != "GET" or watch is None:
        await _plain(send, 405 if request.method != "GET" else 401)
        return
    try:
        await threads.run("ask", watch.begin)
    except HouseError:
        await _plain(send, 403)
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    gone = asyncio.create_task(_gone(receive))
    flow = asyncio.create_task(_flow(_hub(), watch, request, send))
    try:
        await asyncio.wait((gone, flow), return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
        flow.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await flow


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _plain(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b""})


async def _flow(hub: Hub, watch: live.Watch, request: ASGIRequest, send: Send) -> None:
    """The whole, then the whole after each change; comments in between; an end when the person may see no more."""
    hub.open += 1
    known, looked, beat = None, clock.now(), clock.now()
    try:
        while True:
            now = hub.number(watch.site)
            if now != known:
                text = await threads.run("draw", watch.draw, now)
                await _say(send, text)
                known, beat = now, clock.now()
            if (clock.now() - looked).total_seconds() >= LOOK:
                if not await threads.run("ask", _still, request, watch):
                    await _event(send, "ended", "")
                    return
                looked = clock.now()
            if await hub.news(watch.site, known, BEAT):
                await asyncio.sleep(GATHER)
            elif (clock.now() - beat).total_seconds() >= BEAT - 1:
                await _send(send, b": still here\n\n")
                beat = clock.now()
    finally:
        hub.open -= 1


async def _say(send: Send, html: str) -> None:
    lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    await _send(send, f"{lines}\n".encode())


async def _event(send: Send, name: str, data: str) -> None:
    await _send(send, f"event: {name}\ndata: {data}\n\n".encode())


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


def _session(request: ASGIRequest) -> None:
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))  # type: ignore[attr-defined]


def _who(request: ASGIRequest) -> live.Watch | None:
    """Whose stream this is; None when nobody is signed in, the stay is locked, or no site is chosen."""
    _session(request)
    here = sittings.read(request, quiet=True)
    if here is None or here.locked or here.context.site is None:
        return None
    return live.Watch.of(here.context, request.session.get(sittings.PLACE, {}), request.GET)


def _still(request: ASGIRequest, watch: live.Watch) -> bool:
    """Whether the person is still here, not locked, and at the same site."""
    _session(request)
    here = sittings.read(request, quiet=True)
    return here is not None and not here.locked and here.context.site == watch.site
