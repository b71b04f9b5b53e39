"""Sheets of paper: a Typst template filled with plain values becomes a PDF that readers of all kinds can read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils import timezone

from medassist.kernel import clock
from medassist.ui import human

ROOT = Path(__file__).resolve().parents[2]
"""Templates name each other from here: "/ui/paper/sheet.typ"."""
FONTS = Path(__file__).parent / "fonts"
STANDARDS = ["a-2a", "ua-1"]
"""An archive takes it (PDF/A-2a), and a screen reader reads it (PDF/UA-1)."""


def pdf(template: str, told: Mapping[str, Any], picture: str = "") -> bytes:
    """A template of this package as PDF; `told` is its data, `picture` an SVG that it shows."""
    return _typst().compile(  # type: ignore[no-any-return]
        str(ROOT / template), root=str(ROOT), font_paths=_fonts(), format="pdf", pdf_standards=STANDARDS,
        sys_inputs={"told": json.dumps(told, default=str), "picture": picture},
        timestamp=int(clock.now().timestamp()),
    )  # fmt: skip


def _typst() -> Any:
    # 40 MB of compiler: only who prints pays
    return import_module("typst")


@cache
def _fonts() -> Any:
    return _typst().Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def of_patient(banner: Mapping[str, Any]) -> dict[str, str]:
    """The lines that stand on every sheet: whose it is."""
    return {
        "name": str(banner["name"]), "age": str(banner.get("age") or ""), "sex": str(banner.get("sex") or ""),
        "born": human.birth(banner["birth_date"]) if banner.get("birth_date") else human.MISSING,
        "mrn": str(banner.get("mrn") or human.MISSING),
    }  # fmt: skip


def printed(name: str, at: datetime | None = None) -> str:
    """Who printed it, and when."""
    moment = timezone.localtime(at or clock.now())
    return f"printed by {name}, {human.day(moment.date())}, {human.clock(moment)}"
