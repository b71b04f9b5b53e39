"""An ASGI application behind RSGI: for answers that go on (server-sent events, an agent's connection)."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from medassist.host.serving.wsgi import read_body

log = logging.getLogger(__name__)
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class AsgiApplication:
    """Translates between the two, the application's lifespan included."""

    def __init__(self, application: Callable[[Message, Receive, Send], Awaitable[None]]) -> None:
        self._application = application
        self._lifespan: _Lifespan | None = None

    async def begin(self) -> None:
        """Tell the application that it starts; one that knows no lifespan is left alone."""
        self._lifespan = _Lifespan(self._application)
        await self._lifespan.begin()

    async def end(self) -> None:
        """Tell the application that it ends."""
        if self._lifespan:
            await self._lifespan.end()

    async def __call__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        body = await read_body(scope, protocol)
        if body is None:
            protocol.response_str(413, [("content-type", "text/plain")], "This is larger than what is taken here.\n")
            return
        exchange = _Exchange(protocol, body)
        try:
            await self._application(_scope(scope), exchange.receive, exchange.send)
        except OSError:
            if not exchange.cut:  # a closed tab is no fault
                raise


class _Exchange:
    """One request and its answer, in ASGI's messages."""

    def __init__(self, protocol: Any, body: bytes) -> None:
        self._protocol = protocol
        self._body: bytes | None = body
        self._head: tuple[int, list[tuple[str, str]]] = (500, [])
        self._transport: Any = None
        self._over = asyncio.Event()
        self.cut = False

    async def receive(self) -> Message:
        """The body at once, then nothing until the other side is gone."""
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if not self._over.is_set():
            await self._gone()
        return {"type": "http.disconnect"}

    async def _gone(self) -> None:
        waiting = [asyncio.ensure_future(self._protocol.client_disconnect()), asyncio.create_task(self._over.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on; OSError when the other side is gone, as ASGI wants it."""
        if message["type"] == "http.response.start":
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", ())]
            self._head = (message["status"], headers)
        elif message["type"] == "http.response.body":
            await self._send_body(message.get("body", b""), message.get("more_body", False))

    async def _send_body(self, body: bytes, more: bool) -> None:
        if self._transport is None and not more:
            self._protocol.response_bytes(*self._head, body)
        else:
            if self._transport is None:
                self._transport = self._protocol.response_stream(*self._head)
            await self._piece(body)
        if not more:
            self._over.set()

    async def _piece(self, body: bytes) -> None:
        try:
            if body:
                await self._transport.send_bytes(body)
        except RuntimeError as gone:  # granian's RSGIProtocolClosed and RSGIProtocolError are RuntimeErrors
            self.cut = True
            self._over.set()
            raise OSError("the other side is gone") from gone


def _scope(scope: Any) -> Message:
    path = scope.path
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in scope.headers.items()]
    if scope.authority and not any(name == b"host" for name, _ in headers):
        headers.insert(0, (b"host", scope.authority.encode("latin-1")))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": scope.query_string.encode("latin-1"),
        "headers": headers,
        "client": _address(scope.client),
        "server": _address(scope.server),
        "state": {},
    }


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port) if port.isdigit() else 0


class _Lifespan:
    """The application's start and end, told through ASGI's lifespan messages."""

    def __init__(self, application: Callable[[Message, Receive, Send], Awaitable[None]]) -> None:
        self._application = application
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._answered = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        self._task = asyncio.create_task(self._run())
        await self._tell("lifespan.startup")

    async def end(self) -> None:
        if self._task and not self._task.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._tell("lifespan.shutdown"), 5)

    async def _tell(self, kind: str) -> None:
        self._answered.clear()
        await self._inbox.put({"type": kind})
        await self._answered.wait()

    async def _run(self) -> None:
        try:
            await self._application({"type": "lifespan", "asgi": {"version": "3.0"}}, self._inbox.get, self._send)
        except Exception as error:  # an application without a lifespan says so by failing
            log.debug("no lifespan: %s", error)
        finally:
            self._answered.set()

    async def _send(self, message: Message) -> None:
        if message["type"].endswith(".failed"):
            log.error("%s: %s", message["type"], message.get("message", ""))
        self._answered.set()
