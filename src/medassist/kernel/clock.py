"""The one clock: everything asks the time here, so that a test or a replayed day can set it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The calendar day it is now in a time zone ("America/Los_Angeles")."""
    return now().astimezone(ZoneInfo(zone)).date()
