"""One page of the guide: its address, its template, and what the template is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

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

    def rows(self) -> list[tuple[int, Source]]:
        """Number and source, in order."""
        return [(number, self.known[name]) for name, number in self.numbers.items()]
