"""The guide as files, looked through."""

import re
from html import unescape
from urllib.parse import unquote, urlsplit


def pages(folder):
    """Every page of a folder, by its path."""
    return {path: path.read_text() for path in sorted(folder.rglob("*.html"))}


def links(folder):
    """How many links a folder has to itself; each must lead to a file and an anchor that are there."""
    ids = {path: set(re.findall(r'\sid="([^"]+)"', page)) for path, page in pages(folder).items()}
    seen = 0
    for path, page in pages(folder).items():
        for url in re.findall(r'(?:href|src|action)="([^"]*)"', page):
            parts = urlsplit(unescape(url))
            if parts.scheme in ("http", "https"):
                continue
            assert not parts.scheme and not parts.path.startswith("/") and not parts.query, (path, url)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file() and target.is_relative_to(folder), (path, url)
            if parts.fragment:
                assert parts.fragment in ids[target], (path, url)
            seen += 1
    return seen
