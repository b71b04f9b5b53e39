"""What is read of vital signs: plain dicts, newest first unless said otherwise."""

from medassist.domain.vitals.queries.arms import barred, barred_by, free_arm
from medassist.domain.vitals.queries.grid import grid
from medassist.domain.vitals.queries.last import asked_about, last_values, person
from medassist.domain.vitals.queries.score import news2
from medassist.domain.vitals.queries.series import begun_by_choice, lateness, of, of_visit, open_of, stops, where_series
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
    "asked_about", "barred", "barred_by", "begun_by_choice", "for_visit", "free_arm", "grid", "last_values", "lateness",
    "latest", "latest_of", "news2", "of", "of_visit", "one_set", "open_of", "person", "previous", "reading", "signs_of",
    "stops", "trend", "where_reading", "where_series", "where_set",
]  # fmt: skip
