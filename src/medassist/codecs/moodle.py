"""Moodle XML: questions of a quiz in and out, as Moodle 4 writes them (question/format/xml). Knows no table of ours.

Of what Moodle can ask, questions with one right answer among several are read; every other kind is named as it is.
"""

from __future__ import annotations

import html
import re
import xml.sax
import xml.sax.handler
import xml.sax.saxutils
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

CATEGORY = "category"
CHOICE = "multichoice"
_BREAK = re.compile(r"<\s*(?:br\s*/?|/p|/div|/li)\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


class Malformed(ValueError):
    """Bytes that are no Moodle XML, with the line and column where it shows."""

    def __init__(self, why: str, line: int, column: int = 0):
        self.why, self.line, self.column = why, line, column
        super().__init__(f"line {line}, column {column}: {why}")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `answers` are (text, percent of the mark); `line` is where it begins in the file."""

    name: str
    text: str
    answers: tuple[tuple[str, float], ...]
    feedback: str = ""
    number: str = ""
    """Moodle's ID number."""
    category: str = ""
    tags: tuple[str, ...] = ()
    kind: str = CHOICE
    single: bool = True
    line: int = 0


@dataclass
class _Node:
    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    inside: list[_Node] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[_Node]:
        return (one for one in self.inside if one.tag == tag)

    def first(self, tag: str) -> _Node | None:
        return next(self.all(tag), None)

    def said(self, *path: str) -> str:
        """The text under a path of tags, "" where there is none."""
        found: _Node | None = self
        for tag in path:
            found = found.first(tag) if found else None
        return found.text.strip() if found else ""


class _Reader(xml.sax.handler.ContentHandler):
    """Builds nodes that know their line."""

    def __init__(self) -> None:
        super().__init__()
        self.root: _Node | None = None
        self._open: list[_Node] = []
        self._where: xml.sax.xmlreader.Locator | None = None

    def setDocumentLocator(self, locator: xml.sax.xmlreader.Locator) -> None:
        self._where = locator

    def startElement(self, name: str, attrs: xml.sax.xmlreader.AttributesImpl) -> None:
        node = _Node(name, dict(attrs.items()), self._where.getLineNumber() or 0 if self._where else 0)
        if self._open:
            self._open[-1].inside.append(node)
        else:
            self.root = node
        self._open.append(node)

    def characters(self, content: str) -> None:
        self._open[-1].text += content

    def endElement(self, name: str) -> None:
        self._open.pop()


def decode(data: bytes) -> list[Question]:
    """The questions of a file, in order; Malformed where it cannot be read."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        # entities may grow without end or fetch files; Moodle writes none
        at = data.find(b"<!")
        raise Malformed("a document type is not taken", data.count(b"\n", 0, at) + 1)
    reader = _Reader()
    try:
        xml.sax.parseString(data, reader)
    except xml.sax.SAXParseException as error:
        raise Malformed(error.getMessage(), error.getLineNumber() or 0, error.getColumnNumber() or 0) from None
    if reader.root is None or reader.root.tag != "quiz":
        raise Malformed("the outermost element is not quiz", 1)
    return list(_questions(reader.root))


def _questions(quiz: _Node) -> Iterator[Question]:
    category = ""
    for node in quiz.all("question"):
        kind = node.attributes.get("type", "")
        if kind == CATEGORY:
            category = node.said("category", "text")
        else:
            yield _question(node, kind, category)


def _question(node: _Node, kind: str, category: str) -> Question:
    answers = tuple((_plain(one), _number(one)) for one in node.all("answer"))
    text, feedback = node.first("questiontext"), node.first("generalfeedback")
    tags = node.first("tags")
    return Question(
        name=node.said("name", "text"),
        text=_plain(text) if text else "",
        answers=answers,
        feedback=_plain(feedback) if feedback else "",
        number=node.said("idnumber"),
        category=category,
        tags=tuple(one.said("text") for one in tags.all("tag")) if tags else (),
        kind=kind,
        single=node.said("single").lower() not in ("false", "0"),
        line=node.line,
    )


def _number(node: _Node) -> float:
    try:
        return float(node.attributes.get("fraction", "0"))
    except ValueError:
        raise Malformed("an answer's fraction is no number", node.line) from None


def _plain(node: _Node) -> str:
    """A text without its marks, lines kept."""
    said = node.said("text")
    if node.attributes.get("format") in ("plain_text", "markdown"):
        return said
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", said))).strip()


def encode(questions: Iterable[Question]) -> bytes:
    """A file that Moodle imports; a new category begins where a question's differs from the one before."""
    lines, category = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"], ""
    for one in questions:
        if one.category != category:
            category = one.category
            lines += ['  <question type="category">', f"    <category>{_text(category)}</category>", "  </question>"]
        lines += _lines(one)
    return "\n".join([*lines, "</quiz>", ""]).encode()


def _lines(one: Question) -> list[str]:
    return [
        f'  <question type="{one.kind}">',
        f"    <name>{_text(one.name)}</name>",
        f'    <questiontext format="plain_text">{_text(one.text)}</questiontext>',
        f'    <generalfeedback format="plain_text">{_text(one.feedback)}</generalfeedback>',
        "    <defaultgrade>1</defaultgrade>",
        "    <penalty>0.3333333</penalty>",
        "    <hidden>0</hidden>",
        f"    <idnumber>{_escaped(one.number)}</idnumber>",
        f"    <single>{str(one.single).lower()}</single>",
        "    <shuffleanswers>true</shuffleanswers>",
        "    <answernumbering>abc</answernumbering>",
        *(
            f'    <answer fraction="{percent:g}" format="plain_text">{_text(text)}'
            '<feedback format="plain_text"><text></text></feedback></answer>'
            for text, percent in one.answers
        ),
        *(["    <tags>", *(f"      <tag>{_text(tag)}</tag>" for tag in one.tags), "    </tags>"] if one.tags else []),
        "  </question>",
    ]


def _text(said: str) -> str:
    return f"<text>{_escaped(said)}</text>"


def _escaped(said: str) -> str:
    return xml.sax.saxutils.escape(said)
