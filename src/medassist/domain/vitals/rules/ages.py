"""Ages as the rules need them."""

from __future__ import annotations

from datetime import date


def years(born: date | None, on: date) -> float | None:
    """Age in years with its fraction; a birthday gives the whole year exactly. None when the birth date is unknown."""
    if born is None or on < born:
        return None
    whole = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    last = _birthday(born, born.year + whole)
    return whole + (on - last).days / 366


def _birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:  # born on February 29
        return date(year, 3, 1)
