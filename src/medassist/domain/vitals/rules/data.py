"""The data files beside the rules, read once."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

FOLDER = "medassist.domain.vitals"


@cache
def data(name: str) -> Any:
    """One data file; its decimals keep their digits."""
    text = resources.files(FOLDER).joinpath("data", f"{name}.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)
