"""Pages as text: with addresses of the running server or of files beside each other, kept in memory by their data."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from django.template import loader
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.interfaces.web.guide.leaf import Leaf, Told
from medassist.interfaces.web.guide.words import LANGUAGES, words
from medassist.kernel import clock

KEPT = 600
"""Pages in memory at most; all of them in both languages are fewer, some 6 MB."""
BASE = "https://base.invalid"
"""Stands in a page that is kept for the host that it is asked by."""
NAV = ("", "states", "certifications", "programs", "cities")


@dataclass(frozen=True, slots=True)
class Served:
    """Addresses on the server."""

    base: str = BASE
    served: bool = True

    def to(self, path: str, lang: str) -> str:
        """Where a page is."""
        return "/guide" + ("" if lang == LANGUAGES[0] else f"/{lang}") + (f"/{path}" if path else "")

    def asset(self, name: str) -> str:
        """Where a file of the look is."""
        return static(name)

    def whole(self, path: str, lang: str) -> str:
        """A page's whole address."""
        return self.base + self.to(path, lang)


@dataclass(frozen=True, slots=True)
class Files:
    """Addresses among files: relative to the page that names them, so that the folder works wherever it lies."""

    here: str
    base: str = ""
    served: bool = False

    @staticmethod
    def name(path: str, lang: str) -> str:
        """The file of a page."""
        return ("" if lang == LANGUAGES[0] else f"{lang}/") + f"{path or 'index'}.html"

    def to(self, path: str, lang: str) -> str:
        """Where a page is."""
        return posixpath.relpath(self.name(path, lang), posixpath.dirname(self.here) or ".")

    def asset(self, name: str) -> str:
        """Where a file of the look is."""
        return posixpath.relpath(f"look/{name}", posixpath.dirname(self.here) or ".")

    def whole(self, path: str, lang: str) -> str:
        """A page's whole address; empty where nobody said where the files will lie."""
        return f"{self.base.rstrip('/')}/{self.name(path, lang)}" if self.base else ""


Site = Served | Files


@cache
def marks() -> SafeString:
    """The six shapes of a state, drawn into the page: a file beside it could not be used from a disk."""
    sprite = files("medassist.ui").joinpath("static/ui/icons.svg").read_text()
    return mark_safe("".join(re.findall(r'<symbol id="m-.*?</symbol>', sprite)))


def html(leaf: Leaf, lang: str, site: Site, told: Told) -> str:
    """One page."""
    other = next(one for one in LANGUAGES if one != lang)
    context: dict[str, Any] = {
        "t": words(lang),
        "lang": lang,
        "other": other,
        "en": "" if lang == LANGUAGES[0] else mark_safe(' lang="en"'),
        "site": site,
        "path": leaf.path,
        "kept": leaf.kept,
        "languages": LANGUAGES,
        "marks": marks(),
        "nav": [(path, words(lang)["nav"][path or "front"], _within(leaf.path, path)) for path in NAV],
        **told,
    }
    return loader.get_template(leaf.template).render(context)


def _within(path: str, room: str) -> bool:
    return path == room if not room else path.partition("/")[0] == room


def stamp() -> str:
    """What the pages stand on: it changes with the data, and so do they."""
    known = [rules.known(code).hash for code in rules.states()]
    parts = [credentials.book().hash, *known, credentials.programs_now().stamp]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


@lru_cache(maxsize=KEPT)
def kept(leaf: Leaf, lang: str, data: str, day: date) -> tuple[bytes, str]:
    """A page without questions, and its mark for browsers; the day counts because a text grows old."""
    page = html(leaf, lang, Served(), leaf.told(lang, {})).encode()
    return page, hashlib.sha256(page).hexdigest()[:20]


def page(leaf: Leaf, lang: str) -> tuple[bytes, str]:
    """A page as it is today."""
    return kept(leaf, lang, stamp(), clock.now().date())


def at(page: bytes, base: str, look: Mapping[str, str]) -> bytes:
    """A kept page for one host and one browser's choice of light or dark."""
    chosen = "".join(f' data-{name}="{value}"' for name, value in look.items() if value)
    return page.replace(BASE.encode(), base.encode()).replace(b"<html ", f"<html{chosen} ".encode(), 1)
