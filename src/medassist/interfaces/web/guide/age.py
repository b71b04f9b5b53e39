"""How old the guide's own data are: the list of cities, and the lines of the map."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from medassist.domain.credentials.rules import Dated
from medassist.interfaces.web.guide.words import DATA

CITIES, OUTLINES = "cities.json", "outlines.json"


def dated() -> Iterator[Dated]:
    """Each file's one source, with the day that it speaks of."""
    source, lines = _raw(CITIES)["source"], _raw(OUTLINES)
    yield Dated(CITIES, "cities", source["as_of"], source["url"])
    yield Dated(OUTLINES, "states", lines["as_of"], lines["url"])


def _raw(name: str) -> Any:
    return json.loads((DATA / name).read_bytes())
