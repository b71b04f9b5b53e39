"""A message as it was sent, read part by part."""

from __future__ import annotations

from collections.abc import Iterator

from medassist.codecs.hl7v2.escape import unescaped

USUAL = "|^~\\&"
# MSH-18 (table 0211) to Python's names; a message that says nothing is read as UTF-8, else as Latin 1
_CHARSETS = {
    "ASCII": "latin-1",
    "8859/1": "latin-1",
    "8859/15": "iso8859-15",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
}


class Malformed(ValueError):
    """These bytes are no HL7 v2 message; the reason in one sentence."""


class Segment:
    """One line. Fields count from 1 as in the standard; MSH-1 is the separator itself."""

    __slots__ = ("_fields", "line", "marks")

    def __init__(self, line: str, marks: str) -> None:
        self.line = line
        self.marks = marks
        self._fields: list[str] | None = None

    @property
    def name(self) -> str:
        """The segment's three letters."""
        return self.line[:3]

    @property
    def fields(self) -> list[str]:
        """All fields as they came, the segment's name at 0."""
        return self._fields or self._split()

    def _split(self) -> list[str]:
        self._fields = found = self.line.split(self.marks[0])
        if found[0] == "MSH":
            found.insert(1, self.marks[0])
        return found

    def raw(self, field: int) -> str:
        """A field as it came; empty when it is not there."""
        fields = self._fields or self._split()
        return fields[field] if field < len(fields) else ""

    def get(self, field: int, component: int = 1, part: int = 1, repetition: int = 1) -> str:
        """One piece of text, unescaped; empty when it is not there or is the null value \"\"."""
        fields = self._fields or self._split()
        if field >= len(fields):
            return ""
        text = fields[field]
        if field < 3 and self.name == "MSH":
            return text
        marks = self.marks  # this is the path that every message takes twenty times: looked at before it is cut
        if marks[2] in text or repetition != 1:
            text = _at(text, marks[2], repetition)
        if marks[1] in text or component != 1:
            text = _at(text, marks[1], component)
        if marks[4] in text or part != 1:
            text = _at(text, marks[4], part)
        if marks[3] in text:
            return unescaped(text, marks)
        return "" if text == '""' else text

    def firsts(self, *numbers: int) -> list[str]:
        """The first piece of each of these fields, as get(number) gives it; quicker for many of one line."""
        _, hat, tilde, escape, ampersand = tuple(self.marks)
        line = self.line
        fields = self._fields or self._split()
        if escape in line or tilde in line or ampersand in line or '""' in line:
            return [self.get(number) for number in numbers]
        try:
            return [fields[number].partition(hat)[0] for number in numbers]
        except IndexError:
            return [self.get(number) for number in numbers]

    def text(self, field: int) -> str:
        """A whole field as text, its repetitions one a line (OBX-5 of type TX, NTE-3)."""
        return "\n".join(unescaped(one, self.marks) for one in self.raw(field).split(self.marks[2]))

    def repetitions(self, field: int) -> list[list[str]]:
        """A field's repetitions, each a list of components (from 0), unescaped; empty when the field is."""
        text = self.raw(field)
        if not text:
            return []
        _, hat, tilde, _, _ = tuple(self.marks)
        return [[unescaped(part, self.marks) for part in one.split(hat)] for one in text.split(tilde)]

    def is_null(self, field: int) -> bool:
        """Whether the sender says that there is no value (\"\"), which is not the same as saying nothing."""
        return self.raw(field) == '""'

    def __repr__(self) -> str:
        return f"<Segment {self.name}>"  # no content: it would end up in a log


class Message:
    """A message: its segments in order."""

    __slots__ = ("guessed", "marks", "segments")

    def __init__(self, segments: list[Segment], marks: str, guessed: str = "") -> None:
        self.segments = segments
        self.marks = marks
        self.guessed = guessed
        """Why its letters are a guess (MSH-18); empty when they are not."""

    @property
    def head(self) -> Segment:
        """MSH."""
        return self.segments[0]

    @property
    def control(self) -> str:
        """The sender's name for this message, MSH-10."""
        return self.head.get(10)

    @property
    def kind(self) -> tuple[str, str, str]:
        """Code, event and structure of MSH-9: ("ORU", "R01", "ORU_R01")."""
        return self.head.get(9, 1), self.head.get(9, 2), self.head.get(9, 3)

    @property
    def sender(self) -> tuple[str, str]:
        """Sending application and facility, MSH-3 and MSH-4."""
        return self.head.get(3), self.head.get(4)

    def first(self, name: str) -> Segment | None:
        """The first segment of this name."""
        return next((one for one in self.segments if one.name == name), None)

    def all(self, name: str) -> list[Segment]:
        """All segments of this name."""
        return [one for one in self.segments if one.line.startswith(name)]

    def groups(self, *starts: str) -> Iterator[list[Segment]]:
        """Runs of segments, each begun by one of these names; what stands before the first is left out."""
        run: list[Segment] = []
        for segment in self.segments:
            if segment.name in starts:
                if run:
                    yield run
                run = [segment]
            elif run:
                run.append(segment)
        if run:
            yield run

    def __repr__(self) -> str:
        return f"<Message {'^'.join(self.kind)} {len(self.segments)} segments>"


def parse(content: bytes) -> Message:
    """Read one message; Malformed when it is none. Lines may end in CR, LF or both."""
    text, guessed = _decoded(content)
    text = text.lstrip("\r\n\x00 ").rstrip("\r\n\x00")
    if not text.startswith("MSH") or len(text) < 9:
        raise Malformed("a message begins with MSH and its separators")
    marks = _marks(text)
    if "\n" in text:
        text = text.replace("\r\n", "\r").replace("\n", "\r")
    lines = text.split("\r")
    for start in {line[:4] for line in lines}:
        if not _is_start(start, marks[0]):
            lines = _checked(lines, marks[0])
            break
    return Message([Segment(line, marks) for line in lines], marks, guessed)


def _marks(text: str) -> str:
    field = text[3]
    rest = text[4 : text.find(field, 4)] if field in text[4:] else ""
    marks = field + (rest + USUAL[1 + len(rest) :])[:4]
    if len(rest) > 5 or field.isalnum() or len(set(marks)) != 5 or any(mark.isalnum() for mark in marks):
        raise Malformed("MSH-1 and MSH-2 name no usable separators")
    return marks


def _checked(lines: list[str], separator: str) -> list[str]:
    """The lines without empty ones, which some senders put between segments."""
    found = [line for line in lines if line and not line.isspace()]
    if not all(_is_start(line[:4], separator) for line in found):
        raise Malformed("a line begins with no segment's name")
    return found


def _is_start(start: str, separator: str) -> bool:
    name = start[:3]
    letters = len(name) == 3 and name.isalnum() and name.isascii() and name == name.upper()
    return letters and start[3:] in {"", separator}


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and why its letters are a guess."""
    head = content.lstrip(b"\r\n\x00 ").split(b"\r", 1)[0].split(b"\n", 1)[0]
    fields = head.split(head[3:4]) if len(head) > 3 else []
    stated = fields[17].split(b"~")[0].decode("ascii", "replace").strip() if len(fields) > 17 else ""
    known = _CHARSETS.get(stated.upper())
    guessed = f"{stated[:40]} is not a character set known here." if stated and not known else ""
    try:
        return content.decode(known or "utf-8"), guessed
    except UnicodeDecodeError:
        guessed = guessed or f"These bytes are not {stated or 'UTF-8, and no other character set is named'}."
    return content.decode(known, "replace") if known else content.decode("latin-1"), guessed


def _at(text: str, separator: str, place: int) -> str:
    if place == 1:
        return text.partition(separator)[0]
    parts = text.split(separator, place)
    return parts[place - 1] if place <= len(parts) else ""
