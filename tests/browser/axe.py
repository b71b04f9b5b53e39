"""A page once it is still, and what axe finds wrong on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
# Only what is wrong is handed out: what passes is many times as much
FAULTS = """options => axe.run(document, {...options, resultTypes: ['violations']}).then(found =>
    found.violations.flatMap(one => one.nodes.slice(0, 2).map(
        node => `${one.id} (${one.impact}): ${node.html.slice(0, 160)}`)))"""
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What can differ in the other theme."""
LAYOUT = {"runOnly": {"type": "rule", "values": [*COLOURS["runOnly"]["values"], "target-size",
                                                 "scrollable-region-focusable"]}}  # fmt: skip
"""What can differ in another width where the same parts of a page are shown."""
STILL = """() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() => Promise.all(
    document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < Infinity)
    .map(one => one.finished.catch(() => null)))).then(() => null)"""


def still(page: Any) -> None:
    """Wait until what moves on the page has come to its end."""
    page.wait_for_load_state()
    page.evaluate(STILL)


def faults(page: Any, **options: Any) -> list[str]:
    """What axe finds wrong on the page as it stands, by all its rules or by those that are named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(FAULTS, options)
