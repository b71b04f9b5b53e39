"""The public guide: making each page, serving it from memory, searching it, and writing all of it as files.

A page is timed without its copy in memory: what its data says, and the page as text. A whole request goes through
Django's middleware to a page that is in memory. The first search of a process makes the index; it has its own line.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.test import Client

from medassist.interfaces.web.guide import export, leaves, render, search
from medassist.interfaces.web.guide.words import LANGUAGES

PAGE_MS, PAGE_BYTES, EXPORT_S = 30.0, 100_000, 20.0
SERVED = (
    "/guide",
    "/guide/states/US-WA",
    "/guide/es/states/US-CA",
    "/guide/certifications/cma-aama",
    "/guide/cities/seattle",
)
FILTERED = ("/guide/programs?delivery=not-stated&old=yes", "/guide/states/US-CA?show=conditional")
ASKED = ("california venipuncture", "CCMA", "injection", "extracción", "a", "texas medical board delegation rule")


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e3


def row(what: str, took: list[float], unit: str, **more: Any) -> dict[str, Any]:
    """One line of the table."""
    took.sort()
    p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
    return {
        "what": what, "n": len(took), "throughput": round(1e3 * len(took) / sum(took)), "unit": unit,
        "p50_ms": round(p50, 2), "p95_ms": round(p95, 2), "max_ms": round(took[-1], 2), "ok": p95 < PAGE_MS, **more,
    }  # fmt: skip


def made() -> dict[str, Any]:
    """Every page in every language, made anew."""
    took, sizes = [], []
    pages = [(leaf, lang) for leaf in leaves.every().values() for lang in LANGUAGES]
    for leaf, lang in pages:  # templates and files are read once before
        render.html(leaf, lang, render.Served(), leaf.told(lang, {}))
    for leaf, lang in pages:
        begun = time.perf_counter()
        page = render.html(leaf, lang, render.Served(), leaf.told(lang, {}))
        took.append((time.perf_counter() - begun) * 1e3)
        sizes.append(len(page.encode()))
    found = row(f"make a page; the largest has {max(sizes):,} bytes", took, "pages/s", largest_bytes=max(sizes))
    return {**found, "ok": found["ok"] and max(sizes) <= PAGE_BYTES}


def served(addresses: tuple[str, ...], what: str, rounds: int) -> dict[str, Any]:
    """Whole requests."""
    client = Client(SERVER_NAME="localhost")
    for address in addresses:
        if client.get(address).status_code != 200:
            raise RuntimeError(f"{address} does not open")
    return row(what, [timed(lambda to=one: client.get(to)) for _ in range(rounds) for one in addresses], "requests/s")


def first_search(took: float) -> dict[str, Any]:
    """Once in a process: no limit is set for it."""
    told = row("the first search: all pages and the index made", [took], "times/s")
    return {name: value for name, value in told.items() if name != "ok"}


def written() -> dict[str, Any]:
    """The whole guide as files."""
    with tempfile.TemporaryDirectory() as folder:
        took = timed(lambda: export.export(Path(folder) / "guide"))
    return {**row("write all pages as files", [took], "exports/s"), "ok": took < EXPORT_S * 1e3}


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench guide`."""
    first = timed(lambda: search.told("en", {"q": ASKED[0]}))
    searches = [timed(lambda text=text: search.told("en", {"q": text})) for _ in range(10) for text in ASKED]
    return [
        made(),
        served(SERVED, "a page from memory, whole request", 40),
        served(FILTERED, "a page with filters, whole request", 10),
        row("search", searches, "searches/s"),
        first_search(first),
        written(),
    ]


if __name__ == "__main__":
    for line in run():
        print(line)
