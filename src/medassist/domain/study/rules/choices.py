"""The numbers that practice rests on, with why each is what it is (data/choices.json)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "choices.json").read_bytes())
    return found


def chosen(group: str, name: str) -> Any:
    """One of the numbers: chosen("placement", "se")."""
    return _file()[group][name]["value"]
