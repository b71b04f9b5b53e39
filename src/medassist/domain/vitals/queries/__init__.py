"""What is read of vital signs: plain dicts, newest first unless said otherwise."""

from medassist.domain.vitals.queries.arms import barred, barred_by, free_arm
from medassist.domain.vitals.queries.critical import (
    CALL,
    calls,
    critical,
    open_call,
    told,
    told_in,
    too_old,
    with_calls,
)
from medassist.domain.vitals.queries.grid import grid
from medassist.domain.vitals.queries.growth import GESTATION, GROWN, bodies, child, grows, tells_weeks, weeks
from medassist.domain.vitals.queries.last import asked_about, known, last_values, may_be_placed, person
from medassist.domain.vitals.queries.quality import quality, raised
from medassist.domain.vitals.queries.reports import (
    heard,
    held,
    open_about,
    report,
    settled,
    unconfirmed,
    waiting,
    waiting_count,
    where_report,
)
from medassist.domain.vitals.queries.score import news2
from medassist.domain.vitals.queries.series import (
    at_visits,
    begun_by_choice,
    lateness,
    of,
    of_visit,
    open_of,
    stops,
    where_series,
)
from medassist.domain.vitals.queries.sets import (
    for_visit,
    latest,
    latest_of,
    one_set,
    percentiles,
    reading,
    where_observation,
    where_reading,
    where_set,
)
from medassist.domain.vitals.queries.trends import every_trend, previous, signs_of, trend
from medassist.domain.vitals.rules.devices import off

__all__ = [
    "CALL", "GESTATION", "GROWN", "asked_about", "at_visits", "barred", "barred_by", "begun_by_choice", "bodies",
    "calls", "child", "critical", "every_trend", "for_visit", "free_arm", "grid", "grows", "heard", "held", "known",
    "last_values", "lateness", "latest", "latest_of", "may_be_placed", "news2", "of", "of_visit", "off", "one_set",
    "open_about", "open_call", "open_of", "percentiles", "person", "previous", "quality", "raised", "reading",
    "report", "settled", "signs_of", "stops", "tells_weeks", "told", "told_in", "too_old", "trend", "unconfirmed",
    "waiting", "waiting_count", "weeks", "where_observation", "where_reading", "where_report", "where_series",
    "where_set", "with_calls",
]  # fmt: skip
