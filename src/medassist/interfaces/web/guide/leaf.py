"""One page of the guide: its address, its template, and what the template is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from medassist.domain.credentials.rules import Source

Asked = Mapping[str, str]
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page by its path under the guide's root. `told(lang, asked)` needs no database; `asks` are its parameters."""

    path: str
    template: str
    told: Callable[[str, Asked], Told]
    asks: tuple[str, ...] = ()
    kept: bool = True
    """Whether it stands in the site map and the static files."""


class Sources:
    """The sources of one page, numbered in the order in which they are first cited."""

    def __init__(self, known: Mapping[str, Source]):
        self.known = known
        self.numbers: dict[str, int] = {}

    def ref(self, said: str) -> int | None:
        """The number of a source by its id, as the files write it ("nha-cpt (issuer, 2022-09)"); None for no source."""
        name = str(said).partition(" ")[0]
        if name not in self.known:
            return None
        return self.numbers.setdefault(name, len(self.numbers) + 1)

    def linked(self, text: str) -> SafeString:
        """A text whose addresses of known sources are links to their numbers on the page."""
        ids = {one.url: name for name, one in self.known.items()} if "://" in text else {}
        addresses = "|".join(map(re.escape, sorted(ids, key=len, reverse=True)))
        parts = re.split(f"({addresses})", text) if ids else [text]
        return mark_safe("".join(self._mark(ids[part]) if part in ids else escape(part) for part in parts))

    def _mark(self, name: str) -> SafeString:
        """English, as the text in which it stands."""
        number = self.ref(name)
        return format_html('<a href="#src-{}">source {}</a>', number, number)

    def rows(self) -> list[tuple[int, Source]]:
        """Number and source, in order."""
        return [(number, self.known[name]) for name, number in self.numbers.items()]
