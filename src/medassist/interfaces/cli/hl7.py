"""`medassist hl7`: send a file, read a file, listen alone."""

from __future__ import annotations

import importlib
import json
import socket
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click

from medassist.codecs.hl7v2 import Malformed, Message, Segment, parse
from medassist.codecs.hl7v2.mllp import END, Reader, framed
from medassist.interfaces.cli import house

LONGEST = 16 * 1024 * 1024  # bytes of an answer


@click.group()
def command() -> None:
    """Send, read and receive HL7 v2 messages."""


@command.command()
@click.argument("file", type=click.File("rb"))
@click.option("--host", default="127.0.0.1", show_default=True, help="Who listens.")
@click.option("--port", default=2575, show_default=True, help="On which port.")
@click.option("--timeout", default=30.0, show_default=True, help="Seconds to wait for each answer.")
@click.option("--tls", is_flag=True, help="Over TLS, with the certificates that this machine trusts.")
def send(file: BinaryIO, host: str, port: int, timeout: float, tls: bool) -> None:
    """Send every message of a file over one connection and print each answer.

    A file holds one message or several, bare (each begins with MSH) or framed as on the wire; - is standard input.
    Exit status 1 when an answer is no AA or CA, or does not come.
    """
    messages = messages_of(file.read())
    if not messages:
        raise click.ClickException(f"{file.name} holds no message: one begins with MSH")
    try:
        with _connected(host, port, timeout, tls) as line:
            good = [_exchange(line, message) for message in messages]
    except OSError as error:
        raise click.ClickException(f"{host}:{port}: {error.strerror or error}") from None
    sys.exit(0 if all(good) else 1)


def _connected(host: str, port: int, timeout: float, tls: bool) -> socket.socket:
    line = socket.create_connection((host, port), timeout)
    if tls:
        import ssl

        return ssl.create_default_context().wrap_socket(line, server_hostname=host)
    return line


def _exchange(line: socket.socket, message: bytes) -> bool:
    """Send one message and print what comes back; whether it was taken."""
    line.sendall(framed(message))
    if _silent(message):
        return True
    reader = Reader(LONGEST)
    while not (answers := reader.take(came := line.recv(65536))):
        if not came:
            raise click.ClickException("the other side hung up without an answer")
    click.echo(answers[0].decode("utf-8", "replace").replace("\r", "\n").rstrip("\n"))
    found = parse(answers[0]).first("MSA")
    return found is not None and found.get(1) in {"AA", "CA"}


def _silent(message: bytes) -> bool:
    """Whether the message says that it wants no answer at all."""
    try:
        head = parse(message).head
    except Malformed:
        return False
    return head.get(15) == "NE" and head.get(16) == "NE"


@command.command("parse")
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a message, one a line.")
def parse_(file: BinaryIO, as_json: bool) -> None:
    """Read the messages of a file and show their segments and fields.

    JSON: {"type", "control", "segments": [{"name", "fields": {"3": …}}]}; a field is a text, a list of components, or
    {"repetitions": […]}; a component with parts is a list. MSH-1 and MSH-2 stand as they came.
    """
    messages = messages_of(file.read())
    if not messages:
        raise click.ClickException(f"{file.name} holds no message: one begins with MSH")
    for number, content in enumerate(messages, 1):
        try:
            message = parse(content)
        except Malformed as error:
            raise click.ClickException(f"message {number}: {error}") from None
        click.echo(json.dumps(plain(message), ensure_ascii=False) if as_json else _readable(message))
        if not as_json and message.kind[:2] == ("ORU", "R01"):
            click.echo(_signs(message))


def _signs(message: Message) -> str:
    """What is read of a device's message; nothing where it is none."""
    house.django()
    wire = importlib.import_module("medassist.domain.vitals.wire.pcd")
    if not wire.mine(message):
        return ""
    try:
        told = wire.read(message, UUID(int=0))
    except wire.Unreadable as error:
        places = ("-".join(str(part) for part in one.where) for one in error.faults)
        return "\n".join(f"Can't be read, {at}: {one.text}" for at, one in zip(places, error.faults, strict=True))
    if told is None:
        return "No vital sign known here."
    lines = []
    for group in told.groups:
        numbers = ", ".join((*group.numbers, *group.strange)) or "nobody"
        lines.append(f"{group.device_said or 'A device'} of {numbers}")
        lines += [f"  {one.field}\t{one.value} {one.unit}" for part in group.told for one in part.found]
    return "\n".join(lines)


def plain(message: Message) -> dict[str, Any]:
    """A message as plain values."""
    segments = [{"name": one.name, "fields": _fields(one)} for one in message.segments]
    return {"type": "^".join(message.kind).rstrip("^"), "control": message.control, "segments": segments}


def _fields(segment: Segment) -> dict[str, Any]:
    return {
        str(number): _field(segment, number)
        for number in range(1, len(segment.fields))
        if segment.raw(number)
    }  # fmt: skip


def _field(segment: Segment, number: int) -> Any:
    if segment.name == "MSH" and number < 3:
        return segment.raw(number)
    found = [_components(segment, number, at) for at in range(1, len(segment.repetitions(number)) + 1)]
    return found[0] if len(found) == 1 else {"repetitions": found}


def _components(segment: Segment, number: int, repetition: int) -> Any:
    _, hat, tilde, _, ampersand = tuple(segment.marks)
    raw = segment.raw(number).split(tilde)[repetition - 1]
    found = []
    for at, component in enumerate(raw.split(hat), 1):
        parts = range(1, component.count(ampersand) + 2)
        texts = [segment.get(number, at, part, repetition) for part in parts]
        found.append(texts[0] if len(texts) == 1 else texts)
    return found[0] if len(found) == 1 else found


def _readable(message: Message) -> str:
    lines = []
    for segment in message.segments:
        lines.append(segment.name)
        lines += [f"  {segment.name}-{number}\t{segment.raw(int(number))}" for number in _fields(segment)]
    return "\n".join(lines) + "\n"


def messages_of(content: bytes) -> list[bytes]:
    """The messages in a file: framed as on the wire, or bare, one after the other."""
    if END in content:
        return Reader(max(len(content), 1), garbage=len(content) + 1).take(content)
    text = content.replace(b"\r\n", b"\r").replace(b"\n", b"\r").lstrip(b"\r\x00 \xef\xbb\xbf")
    starts = [at for at in range(len(text)) if text.startswith(b"MSH", at) and (at == 0 or text[at - 1 : at] == b"\r")]
    return [text[begin:end].strip(b"\r") + b"\r" for begin, end in pairwise([*starts, len(text)])]


@command.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=int, help="The port; MEDASSIST_HL7_PORT or 2575 when absent.")
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="TLS certificate.")
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its key.")
@click.option("--senders", type=click.Path(exists=True, path_type=Path), help="Authority of the senders let in.")
def listen(host: str, port: int | None, certificate: Path | None, key: Path | None, senders: Path | None) -> None:
    """Take in messages until Ctrl-C, without the web server and the worker.

    Each is kept as it came, acted upon, and answered once that is committed. Without --certificate TLS is as the
    environment says. With --senders, only programs with a
    certificate of that authority are let in.
    """
    house.enter()
    hl7 = importlib.import_module("medassist.interfaces.hl7.listener")
    if certificate:
        listener = hl7.Listener(host, port or hl7.settings.MEDASSIST_HL7_PORT, hl7.tls(certificate, key, senders))
    else:
        listener = hl7.of_settings(host, port)
    click.echo(f"Listening for HL7 on {host}:{listener.port} (Ctrl-C ends it)", err=True)
    import asyncio
    import contextlib

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(listener.run())
