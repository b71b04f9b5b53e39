"""Writes of vital signs."""

from medassist.domain.vitals.actions.adopt import adopt
from medassist.domain.vitals.actions.correct import correct
from medassist.domain.vitals.actions.series import begin_series, close_series, stop_series
from medassist.domain.vitals.actions.take import confirm, receive, take

__all__ = ["adopt", "begin_series", "close_series", "confirm", "correct", "receive", "stop_series", "take"]
