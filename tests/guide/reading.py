"""What a page says to a reader, text by text, each with the language that it is marked with."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"br", "img", "input", "link", "meta", "hr", "wbr"}
SAID = ("aria-label", "alt", "placeholder", "title")
SILENT = ("script", "style")


class Reader(HTMLParser):
    """Collects (language, text): what is written, and what readers of the screen are told."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        lang = known.get("lang") or (self.open[-1][1] if self.open else "")
        told = [known[name] for name in SAID if known.get(name)]
        if tag == "meta" and known.get("name") == "description":
            told.append(known.get("content"))
        self.found += [(lang, text) for text in told if text]
        if tag not in VOID:
            self.open.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] not in SILENT and data.strip():
            self.found.append((self.open[-1][1], " ".join(data.split())))


def texts(page: str) -> Iterator[tuple[str, str]]:
    """Every text of a page with its language."""
    reader = Reader()
    reader.feed(page)
    yield from reader.found
