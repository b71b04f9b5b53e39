"""The port: connections, frames, one message after the other on each; handled in threads, answered when committed."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, close_old_connections, connection

from medassist.codecs.hl7v2 import Fault, Malformed, acknowledge, parse
from medassist.codecs.hl7v2.mllp import Garbage, Reader, TooLong, framed
from medassist.exchange.inputs import LARGEST
from medassist.host import heartbeat
from medassist.interfaces.hl7 import inbox
from medassist.kernel import clock

log = logging.getLogger(__name__)
THREADS = 2  # one computes while the other waits for the database
TOGETHER = 50  # messages of one commit at most: it lasts as long as all of them take
# a hundred devices, and those that come again before their old connection is given up; more at once are turned away:
# a fault of a sender must not take the machine down
CONNECTIONS = 256
HALF_SENT = 60.0  # seconds that a message may take from its first byte to its last


def tls(certificate: str | Path, key: str | Path | None = None, senders: str | Path | None = None) -> ssl.SSLContext:
    """TLS with this certificate; with `senders`, for programs alone that have a certificate of that authority."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    if senders:
        context.load_verify_locations(senders)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def of_settings(host: str, port: int | None = None) -> Listener:
    """The listener as the environment says: its port, and TLS where a certificate is named."""
    mine = settings.MEDASSIST_HL7_TLS_CERT
    secured = tls(mine, settings.MEDASSIST_HL7_TLS_KEY or None, settings.MEDASSIST_HL7_TLS_CA or None) if mine else None
    return Listener(host, port or settings.MEDASSIST_HL7_PORT, secured)


class Listener:
    """Listens for HL7 v2 messages until it is cancelled."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.host, self.port, self._tls = host, port, tls
        self._pool = ThreadPoolExecutor(THREADS + 1, thread_name_prefix="hl7")
        self._connections: set[asyncio.Task[None]] = set()
        self._closing = False
        self._waiting: list[tuple[bytes, asyncio.Future[bytes | None]]] = []
        self._free = THREADS
        self._working: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Listen; when the port can't be had, keep asking for it. The sign of life says that messages are served."""
        try:
            async with await self._bound():
                await self._live()
        finally:
            await self._end()

    async def _end(self) -> None:
        """Let the messages under way be answered, then hang up."""
        self._closing = True
        await asyncio.gather(*self._working, return_exceptions=True)
        await asyncio.sleep(0)
        self._pool.shutdown(wait=True, cancel_futures=True)
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _bound(self) -> asyncio.Server:
        while True:
            try:
                return await asyncio.start_server(self._connected, self.host, self.port, ssl=self._tls)
            except OSError as error:
                log.error("Port %s can't be used for HL7: %s", self.port, error.strerror)
                await asyncio.sleep(3)

    async def _live(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if await loop.run_in_executor(self._pool, _can_keep):
                heartbeat.beat(Path(settings.MEDASSIST_HOME), "hl7")
            await asyncio.sleep(1)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            if len(self._connections) <= CONNECTIONS:
                await self._converse(reader, writer)
            else:
                log.warning("Too many HL7 connections: %s turned away", peer)
        except Garbage as error:
            log.warning("%s was cut off: %s", peer, error)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            log.info("%s ended in the middle", peer)
        except asyncio.CancelledError:
            log.debug("%s was hung up on: the house closes", peer)
        finally:
            self._connections.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = Reader(LARGEST)
        while True:
            async with asyncio.timeout(HALF_SENT if frames.half else None):
                came = await reader.read(65536)
            if not came:
                if frames.half:
                    log.warning("%s ended in the middle of a message", writer.get_extra_info("peername"))
                return
            try:
                messages = frames.take(came)
            except TooLong as error:
                await self._send(writer, _too_long(error))
                return
            for message in messages:
                await self._answer(writer, message)

    async def _answer(self, writer: asyncio.StreamWriter, message: bytes) -> None:
        if self._closing:
            raise ConnectionAbortedError("the house closes")
        answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, answer))
        if self._free:
            self._free -= 1
            task = asyncio.create_task(self._work())
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        if (said := await answer) is not None:
            await self._send(writer, said)

    async def _work(self) -> None:
        """Take what waits, together, until nothing does: the more there is to do, the less each message costs."""
        loop = asyncio.get_running_loop()
        try:
            while self._waiting and not self._closing:
                taken, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                asked = [answer for _, answer in taken]
                try:
                    said = await loop.run_in_executor(self._pool, handle, [message for message, _ in taken])
                except Exception as error:  # nobody is left waiting for ever: each connection ends, and is begun anew
                    log.exception("Messages could not be answered")
                    _give(asked, [ConnectionAbortedError(str(error))] * len(asked))
                else:
                    _give(asked, said)
        finally:
            self._free += 1

    async def _send(self, writer: asyncio.StreamWriter, said: bytes) -> None:
        writer.write(framed(said))
        async with asyncio.timeout(HALF_SENT):
            await writer.drain()


def _give(asked: list[asyncio.Future[bytes | None]], said: Sequence[bytes | Exception | None]) -> None:
    """Hand out answers to those that still wait: a connection may have ended meanwhile."""
    for answer, one in zip(asked, said, strict=True):
        if answer.done():
            continue
        if isinstance(one, Exception):
            answer.set_exception(one)
        else:
            answer.set_result(one)


def handle(contents: list[bytes]) -> list[bytes | None]:
    """Act upon messages that wait together, in a thread with a database connection of its own."""
    close_old_connections()
    for last in (False, True):
        try:
            return inbox.answers(contents)
        except (OperationalError, InterfaceError, IntegrityError) as error:
            # the database may just have been started again, or the same message is being kept over another line:
            # once more, on a new connection
            connection.close()
            if last and isinstance(error, IntegrityError) and len(contents) > 1:
                return [handle([one])[0] for one in contents]
            if last:
                log.error("%s messages could not be kept: %s", len(contents), error)
        except Exception:
            if len(contents) > 1:  # one of them spoils it for all
                return [handle([one])[0] for one in contents]
            log.exception("A message could not be kept")
            break  # not the database: once more would change nothing
    return [inbox.not_now(one) for one in contents]


def _can_keep() -> bool:
    """Whether a message that came now could be kept: the account is there, the database answers."""
    close_old_connections()
    try:
        inbox.account()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except Exception as error:
        connection.close()
        log.warning("HL7 messages can't be kept: %s", error)
        return False


def _too_long(error: TooLong) -> bytes:
    try:
        message = parse(error.head.split(b"\r")[0])
    except Malformed:
        message = None
    fault = Fault("207", f"Messages of more than {LARGEST // 1_000_000} MB are not taken; it was not kept.")
    return acknowledge(message, "AR", inbox._control(), clock.now(), [fault])
