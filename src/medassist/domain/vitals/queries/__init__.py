"""What is read of vital signs: plain dicts, newest first unless said otherwise."""

from medassist.domain.vitals.queries.critical import CALL, calls, critical, open_call, told, told_in, too_old
from medassist.domain.vitals.queries.grid import grid
from medassist.domain.vitals.queries.last import asked_about, last_values, person
from medassist.domain.vitals.queries.quality import quality, raised
from medassist.domain.vitals.queries.sets import (
    for_visit,
    latest,
    latest_of,
    one_set,
    reading,
    where_reading,
    where_set,
)
from medassist.domain.vitals.queries.trends import previous, signs_of, trend

__all__ = [
    "CALL", "asked_about", "calls", "critical", "for_visit", "grid", "last_values", "latest", "latest_of", "one_set",
    "open_call", "person", "previous", "quality", "raised", "reading", "signs_of", "told", "told_in", "too_old",
    "trend", "where_reading", "where_set",
]  # fmt: skip
