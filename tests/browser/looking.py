"""What every page is held to, and the widths and themes in which it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.browser.axe import COLOURS, LAYOUT, still
from tests.browser.conftest import Seat

WINDOWS = ((1440,), (820, 390))
"""The widths of one window each: a desk's; and one that is touched, first as large as a tablet, then as a phone."""
THEMES = ("light", "dark")


def sizes(seat: Any, role: str, open_it: str | Callable[[Seat], object]) -> Iterator[tuple]:
    """One page in three widths and both themes, opened once in each window: the seat, the width, the theme."""
    for widths in WINDOWS:
        one = seat.kept(role, widths[0], touched=len(widths) > 1)
        one.go(open_it) if isinstance(open_it, str) else open_it(one)
        for width in widths:
            for theme in THEMES:
                yield one.turn(width, theme), width, theme


def look(seat: Seat, name: str, width: int, theme: str) -> None:
    """The page fits, axe finds nothing, the browser complains of nothing."""
    still(seat.page)
    at = f"{name}, {width} wide, {theme}"
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= width, f"it scrolls sideways: {at}"
    found = seat.axe(**_rules(seat, name, width))
    seat.looked_at.add((name, width))
    assert found == [], f"{at}: {found}"
    seat.picture(f"{name}-{width}-{theme}")
    assert not seat.complaints, at


def _rules(seat: Seat, name: str, width: int) -> dict[str, Any]:
    """All rules once at a desk and once on a phone; a tablet shows the parts of one of them in another width."""
    if (name, width) in seat.looked_at:
        return COLOURS
    return LAYOUT if width == 820 else {}
