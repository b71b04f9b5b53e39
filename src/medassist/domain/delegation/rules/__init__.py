"""What can be true of who may do what: the states' rules laid out, and the decision. Pure."""

from medassist.domain.delegation.rules.book import DATA, State, acts, known, state, states
from medassist.domain.delegation.rules.checks import faults_of
from medassist.domain.delegation.rules.decision import decide
from medassist.domain.delegation.rules.entries import CONFLICT, Clause, in_order
from medassist.domain.delegation.rules.opens import Opened, opened
from medassist.domain.delegation.rules.values import (
    LEVELS,
    Case,
    Facts,
    Held,
    Narrowing,
    Policy,
    Skill,
    Standing,
    plain,
)
from medassist.kernel.ruling import Need, Reason, Ruling

__all__ = [
    "CONFLICT", "DATA", "LEVELS", "Case", "Clause", "Facts", "Held", "Narrowing", "Need", "Opened", "Policy", "Reason",
    "Ruling", "Skill", "Standing", "State", "acts", "decide", "faults_of", "in_order", "known", "opened", "plain",
    "state", "states",
]  # fmt: skip
