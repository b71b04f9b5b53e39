"""Packages that take long to load, loaded by whoever first needs them: nobody else's start waits for them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any


@cache
def numpy() -> Any:
    """Arrays: a hundred milliseconds and 20 MB that only placement and readiness need."""
    return import_module("numpy")


@cache
def fsrs() -> Any:
    """The scheduler of repetitions."""
    return import_module("fsrs")


@cache
def girth() -> Any:
    """Calibration, with the 100 MB of scipy behind it; None where the extra `calibration` is not installed."""
    return import_module("girth") if find_spec("girth") else None
