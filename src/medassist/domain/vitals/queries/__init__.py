"""What is read of vital signs: plain dicts, newest first unless said otherwise."""

from medassist.domain.vitals.queries.grid import grid
from medassist.domain.vitals.queries.growth import GROWN, bodies, child, grows
from medassist.domain.vitals.queries.last import asked_about, last_values, person
from medassist.domain.vitals.queries.sets import (
    for_visit,
    latest,
    latest_of,
    one_set,
    reading,
    where_reading,
    where_set,
)
from medassist.domain.vitals.queries.trends import every_trend, previous, signs_of, trend

__all__ = [
    "GROWN", "asked_about", "bodies", "child", "every_trend", "for_visit", "grid", "grows", "last_values", "latest",
    "latest_of", "one_set", "person", "previous", "reading", "signs_of", "trend", "where_reading", "where_set",
]  # fmt: skip
