"""Writes of vital signs."""

from medassist.domain.vitals.actions.adopt import adopt
from medassist.domain.vitals.actions.correct import amend, correct, place_again
from medassist.domain.vitals.actions.take import confirm, receive, take

__all__ = ["adopt", "amend", "confirm", "correct", "place_again", "receive", "take"]
