"""Writes of vital signs."""

from medassist.domain.vitals.actions.adopt import adopt
from medassist.domain.vitals.actions.correct import correct
from medassist.domain.vitals.actions.take import confirm, receive, take

__all__ = ["adopt", "confirm", "correct", "receive", "take"]
