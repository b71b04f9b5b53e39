"""Small drawings in SVG, geometry by attributes alone. Hidden from readers: the number always stands beside them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT, EDGE = 56, 22, 2


def _scale(value: float, low: float, high: float) -> float:
    """A value as a height, the highest on top; all equal lie in the middle."""
    room = HEIGHT - 2 * EDGE
    return HEIGHT / 2 if high == low else round(HEIGHT - EDGE - (value - low) / (high - low) * room, 1)


def spark(points: Sequence[float] | None, band: tuple[float, float] | None = None) -> SafeString:
    """The last values, oldest first, as a line with a disc on the newest; `band` is the usual range."""
    values = [float(point) for point in points or () if point is not None]
    if len(values) < 2:
        return mark_safe("")
    low, high = min(values), max(values)
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    at = [(round(EDGE + n * step, 1), _scale(value, low, high)) for n, value in enumerate(values)]
    path = "M" + " L".join(f"{x} {y}" for x, y in at)
    back = ""
    if band and high > low:
        top, bottom = (_scale(min(max(float(edge), low), high), low, high) for edge in (band[1], band[0]))
        back = f'<rect x="0" y="{top}" width="{WIDTH}" height="{max(round(bottom - top, 1), 0)}"/>'
    return mark_safe(
        f'<svg class="spark" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
        f'{back}<path d="{path}"/><circle cx="{at[-1][0]}" cy="{at[-1][1]}" r="2.5"/></svg>'
    )


def range_bar(value: float, low: float, high: float) -> SafeString:
    """A bar whose middle half is the range, with a tick where the value lies."""
    low, high, value = float(low), float(high), float(value)
    span = (high - low) or 1
    at = round(min(max(25 + (value - low) / span * 50, 2), 98), 1)
    return mark_safe(
        '<svg class="rbar" width="72" height="12" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-all" y="4" width="100" height="4"/><rect class="ok" x="25" y="4" width="50" height="4"/>'
        f'<path class="now" d="M{at} 0v12"/></svg>'
    )


def age_bar(share: float, due: float = 1.0) -> SafeString:
    """Time gone as a bar; the tick is when it is due, the right edge one and a half times that."""
    whole = 1.5
    run, tick = (round(min(max(part, 0), whole) / whole * 100, 1) for part in (share, due))
    return mark_safe(
        '<svg class="agebar" width="72" height="10" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="bar-all" y="3" width="100" height="4"/><rect class="run" y="3" width="{run}" height="4"/>'
        f'<path class="duetick" d="M{tick} 0v10"/></svg>'
    )


def progress(share: float, kind: str = "now") -> SafeString:
    """How far something is, 0 to 1."""
    return mark_safe(
        '<svg class="progress" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="bar-all" width="100" height="6" rx="3"/>'
        f'<rect class="bar-{kind}" width="{round(min(max(share, 0), 1) * 100)}" height="6" rx="3"/></svg>'
    )
