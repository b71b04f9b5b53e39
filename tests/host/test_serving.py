"""The bridge between granian and our applications, without a server: what goes in, what comes out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

import pytest

from medassist.host.serving import AsgiApplication, Router, WsgiApplication
from medassist.host.serving.wsgi import LONGEST_BODY, environ
from tests import aside


class Headers:
    """granian's headers: lower case, the same name several times."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def get(self, name: str) -> str | None:
        return dict(self.pairs).get(name)

    def items(self) -> Iterable[tuple[str, str]]:
        return self.pairs


class Scope:
    """granian's request."""

    proto, http_version, scheme, authority = "http", "1.1", "http", None
    server, client = "127.0.0.1:8000", "[::1]:5555"

    def __init__(self, path: str, *headers: tuple[str, str], method: str = "GET", query: str = "") -> None:
        self.path, self.method, self.query_string, self.headers = path, method, query, Headers(*headers)


class Protocol:
    """granian's answer: remembers what was sent; `gone_after` pieces the other side hangs up."""

    def __init__(self, body: bytes = b"", gone_after: int | None = None) -> None:
        self.body, self.gone_after = body, gone_after
        self.status, self.headers, self.sent = 0, [], b""  # type: ignore[var-annotated]
        self.pieces = 0
        self.left = asyncio.Event()

    async def __call__(self) -> bytes:
        return self.body

    async def __aiter__(self) -> Any:
        for at in range(0, len(self.body), 1 << 20):
            yield self.body[at : at + (1 << 20)]

    async def client_disconnect(self) -> None:
        await self.left.wait()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.sent = status, headers, body

    def response_str(self, status: int, headers: list[tuple[str, str]], body: str) -> None:
        self.response_bytes(status, headers, body.encode())

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Protocol:
        self.status, self.headers = status, headers
        return self

    async def send_bytes(self, piece: bytes) -> None:
        if self.gone_after is not None and self.pieces >= self.gone_after:
            self.left.set()
            raise RuntimeError("closed")
        self.pieces += 1
        self.sent += piece


def ask(application: Any, scope: Scope, protocol: Protocol | None = None) -> Protocol:
    """Send one request through a router of one application."""
    answer = protocol or Protocol()

    async def go() -> None:
        await application.begin()
        try:
            await asyncio.wait_for(Router({}, application).__rsgi__(scope, answer), 5)
        finally:
            await application.end()

    aside.run(go())
    return answer


def test_a_path_reaches_wsgi_as_bytes_in_latin_1() -> None:
    assert environ(Scope("/café"), b"")["PATH_INFO"].encode("latin-1").decode() == "/café"


def test_headers_are_joined_and_none_can_be_forged_by_an_underscore() -> None:
    headers = [("cookie", "a=1"), ("cookie", "b=2"), ("x-one", "1"), ("x-one", "2"), ("x_forwarded_for", "evil")]
    given = environ(Scope("/", *headers, ("content-type", "text/plain"), ("content-length", "99")), b"four")
    assert given["HTTP_COOKIE"] == "a=1; b=2"
    assert given["HTTP_X_ONE"] == "1,2"
    assert "HTTP_X_FORWARDED_FOR" not in given and "HTTP_CONTENT_LENGTH" not in given
    assert (given["CONTENT_TYPE"], given["CONTENT_LENGTH"], given["REMOTE_ADDR"]) == ("text/plain", "4", "::1")


def test_a_page_is_answered_from_its_thread() -> None:
    def page(given: dict[str, Any], start: Any) -> list[bytes]:
        start("201 Created", [("X-Length", str(len(given["wsgi.input"].read())))])
        return [b"he", b"llo"]

    answer = ask(WsgiApplication(page, 1), Scope("/", ("content-length", "3"), method="POST"), Protocol(b"abc"))
    assert (answer.status, answer.headers, answer.sent) == (201, [("x-length", "3")], b"hello")


def test_what_is_larger_than_we_take_is_refused_before_and_while_it_is_read() -> None:
    never = WsgiApplication(lambda given, start: pytest.fail("it was read"), 1)
    stated = Scope("/", ("content-length", str(LONGEST_BODY + 1)), method="POST")
    assert ask(never, stated).status == 413
    unstated = Scope("/", ("transfer-encoding", "chunked"), method="POST")
    assert ask(never, unstated, Protocol(bytes(LONGEST_BODY + 1))).status == 413


def test_a_long_answer_goes_out_piece_by_piece() -> None:
    class Long(list[bytes]):
        streaming = True

    def page(given: dict[str, Any], start: Any) -> Long:
        start("200 OK", [])
        return Long([b"a", b"b", b"c"])

    answer = ask(WsgiApplication(page, 1), Scope("/"))
    assert (answer.pieces, answer.sent) == (3, b"abc")


def test_a_stream_knows_when_the_other_side_is_gone() -> None:
    ended: list[str] = []

    async def stream(scope: dict[str, Any], receive: Any, send: Any) -> None:
        assert scope["type"] == "http" or await _lifespan(receive, send)
        if scope["type"] != "http":
            return
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        try:
            while True:
                await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        finally:
            ended.append("ended")

    answer = ask(AsgiApplication(stream), Scope("/stream/x"), Protocol(gone_after=3))
    assert answer.pieces == 3 and ended == ["ended"]


def test_an_application_without_a_lifespan_is_served_all_the_same() -> None:
    async def plain(scope: dict[str, Any], receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    assert ask(AsgiApplication(plain), Scope("/")).status == 204


def test_a_prefix_is_a_whole_word() -> None:
    served: list[str] = []

    def named(name: str) -> Any:
        async def application(scope: Any, protocol: Any) -> None:
            served.append(name)

        return application

    router = Router({"/mcp": named("mcp"), "/stream/": named("stream")}, named("page"))

    async def go() -> None:
        for path in ("/mcp", "/mcp/x", "/mcpx", "/stream/board", "/stream", "/"):
            await router.__rsgi__(Scope(path), Protocol())

    aside.run(go())
    assert served == ["mcp", "mcp", "page", "stream", "page", "page"]


async def _lifespan(receive: Any, send: Any) -> bool:
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return True
    return True
