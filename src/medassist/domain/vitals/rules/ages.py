"""Ages as the rules need them."""

from __future__ import annotations

from datetime import date


def years(born: date | None, on: date) -> float | None:
    """Age in years with its fraction; a birthday gives the whole year exactly. None when the birth date is unknown."""
    if born is None or on < born:
        return None
    year = on.year - ((on.month, on.day) < (born.month, born.day))
    return year - born.year + (on - _birthday(born, year)).days / 366


def _birthday(born: date, year: int) -> date:
    try:
        return date(year, born.month, born.day)
    except ValueError:  # born on February 29
        return date(year, 3, 1)
