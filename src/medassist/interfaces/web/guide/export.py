"""The guide as files: every page in every language, with relative links, so that it works from wherever it lies."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from medassist.interfaces.web.guide import leaves, render, views
from medassist.interfaces.web.guide.words import DATA, LANGUAGES
from medassist.kernel import clock

MARKER = ".medassist-guide"
"""Stands in a folder that an export made, so that the next one may take its place."""
UI = ("ui/mark.svg", "ui/tokens.css", "ui/base.css")
FONT = re.compile(r'url\("(vendor/[^"]+)"\)')


class NotOurs(Exception):
    """The folder holds something else; nothing was written."""


def export(folder: Path, base: str = "") -> tuple[int, int]:
    """Write the whole guide to a folder, all of it or nothing; how many files, how many bytes.

    `base` is where the folder will be served, for canonical links and the site map; without it there are none.
    """
    _must_be_ours(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        size = [_write(fresh / name, content) for name, content in _files(base)]
        fresh.chmod(0o755)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return len(size), sum(size)


def _must_be_ours(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise NotOurs(f"{folder} is no folder")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise NotOurs(f"{folder} is not empty and no earlier export: it has no {MARKER}; nothing was written")


def _swap(fresh: Path, folder: Path) -> None:
    """Put the new folder where the old one was; when that fails the old one is back."""
    if not folder.exists():
        os.replace(fresh, folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    os.replace(folder, aside / "old")
    try:
        os.replace(fresh, folder)
    except OSError:
        os.replace(aside / "old", folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(path: Path, content: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)


def _files(base: str) -> Iterator[tuple[str, bytes]]:
    for leaf in leaves.every().values():
        for lang in LANGUAGES:
            name = render.Files.name(leaf.path, lang)
            yield name, render.html(leaf, lang, render.Files(name, base), leaf.told(lang, {})).encode()
    yield from _look()
    if base:
        yield "sitemap.xml", views.sitemap_of(render.Files("sitemap.xml", base)).encode()
    made = {"made_at": clock.now().isoformat(timespec="seconds"), "data": render.stamp(), "base": base}
    yield MARKER, (json.dumps(made, indent=1) + "\n").encode()


def _look() -> Iterator[tuple[str, bytes]]:
    """Style, letters and outlines with their licences, the mark."""
    ui, web = files("medassist.ui") / "static", files("medassist.interfaces.web") / "static"
    for name in UI:
        yield f"look/{name}", (ui / name).read_bytes()
    yield "look/web/guide.css", (web / "web/guide.css").read_bytes()
    vendor: Traversable = ui / "ui"
    for name in dict.fromkeys(FONT.findall((ui / "ui/tokens.css").read_text())):
        yield f"look/ui/{name}", (vendor / name).read_bytes()
    for name in ("atkinson-next.LICENSE", "atkinson-mono.LICENSE"):
        yield f"look/ui/vendor/{name}", (vendor / "vendor" / name).read_bytes()
    yield "look/outlines.LICENSE", (DATA / "outlines.LICENSE").read_bytes()
