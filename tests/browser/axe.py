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
STILL = """() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() => {
    for (const one of document.getAnimations()) if (one.effect.getComputedTiming().endTime < Infinity) one.finish();
})"""


def still(page: Any) -> None:
    """Bring what moves on the page to its end; some of it would wait for ever for a window to be drawn."""
    page.wait_for_load_state()
    page.evaluate(STILL)


def faults(page: Any, **options: Any) -> list[str]:
    """What axe finds wrong on the page as it stands, by all its rules or by those that are named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(FAULTS, options)
