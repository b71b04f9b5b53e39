"""A WSGI application behind RSGI: a few threads of its own, each with its own database connection."""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

LONGEST_BODY = 32 * 1024 * 1024  # bytes of a request; larger ones are refused before they are read
_WHOLE = 1024 * 1024  # bytes of an answer from a file that are sent in one piece

_BASE: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "medassist",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}


class WsgiApplication:
    """Calls a WSGI application in threads; the answer leaves from the thread that made it."""

    def __init__(self, application: Callable[..., Iterable[bytes]], threads: int) -> None:
        self._application = application
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None

    async def begin(self) -> None:
        """Make the threads; in the worker process, because threads do not survive a fork."""
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="page")

    async def end(self) -> None:
        """Let the requests under way end."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    async def __call__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        body = await read_body(scope, protocol)
        if body is None:
            protocol.response_str(413, [("content-type", "text/plain")], "This is larger than what is taken here.\n")
            return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._pool, self._answer, scope, protocol, body, loop)

    def _answer(self, scope: Any, protocol: Any, body: bytes, loop: asyncio.AbstractEventLoop) -> None:
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            head[:] = [int(status[:3]), [(name.lower(), value) for name, value in headers]]

        answer = self._application(environ(scope, body), start_response)
        try:
            if getattr(answer, "streaming", False):
                _stream(answer, head, protocol, loop)
            else:
                protocol.response_bytes(*head, b"".join(answer))
        finally:
            if close := getattr(answer, "close", None):
                close()


def _stream(answer: Iterable[bytes], head: list[Any], protocol: Any, loop: asyncio.AbstractEventLoop) -> None:
    """Send piece by piece, at the pace of the reader; small files in one."""
    length = next((int(value) for name, value in head[1] if name == "content-length" and value.isdigit()), None)
    if length is not None and length <= _WHOLE:
        protocol.response_bytes(*head, b"".join(answer))
        return
    transport = protocol.response_stream(*head)
    for piece in answer:
        asyncio.run_coroutine_threadsafe(_send(transport, bytes(piece)), loop).result()


async def _send(transport: Any, piece: bytes) -> None:
    await transport.send_bytes(piece)


async def read_body(scope: Any, protocol: Any) -> bytes | None:
    """The request's body; None when it is too long, whatever its header says."""
    if scope.method in {"GET", "HEAD"}:
        return b""
    stated = scope.headers.get("content-length") or "0"
    if not stated.isdigit() or int(stated) > LONGEST_BODY:
        return None
    if stated != "0":
        return await protocol()
    pieces = bytearray()
    async for piece in protocol:
        pieces += piece
        if len(pieces) > LONGEST_BODY:
            return None
    return bytes(pieces)


def environ(scope: Any, body: bytes) -> dict[str, Any]:
    """WSGI's environment of an RSGI request."""
    server, _, port = scope.server.rpartition(":")
    given = {
        **_BASE,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
    }
    if scope.authority:  # HTTP/2 has no Host header
        given["HTTP_HOST"] = scope.authority
    _headers(scope.headers.items(), given)
    given["CONTENT_LENGTH"] = str(len(body))
    return given


def _headers(headers: Iterable[tuple[str, str]], given: dict[str, Any]) -> None:
    for name, value in headers:
        if "_" in name or name == "content-length":  # one with _ would pass for the header of the same name with -
            continue
        key = "CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.upper().replace("-", "_")
        if key in given and key != "HTTP_HOST":
            value = given[key] + ("; " if name == "cookie" else ",") + value
        given[key] = value
