"""What can be true of who may do what: the states' rules laid out, and the decision. Pure."""

from medassist.domain.delegation.rules.book import DATA, State, acts, day, states
from medassist.domain.delegation.rules.checks import faults_of
from medassist.domain.delegation.rules.decision import decide
from medassist.domain.delegation.rules.differences import Difference, differences
from medassist.domain.delegation.rules.entries import CONFLICT, Clause, Entry, in_order
from medassist.domain.delegation.rules.names import Naming, named
from medassist.domain.delegation.rules.opens import Opened, opened
from medassist.domain.delegation.rules.shelf import broken, known, read, state
from medassist.domain.delegation.rules.takes import takes_of
from medassist.domain.delegation.rules.values import (
    BY_PHONE_OR_VIDEO,
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
    "BY_PHONE_OR_VIDEO", "CONFLICT", "Case", "Clause", "DATA", "Difference", "Entry", "Facts", "Held", "LEVELS",
    "Naming", "Narrowing", "Need", "Opened", "Policy", "Reason", "Ruling", "Skill", "Standing", "State", "acts",
    "broken", "day", "decide", "differences", "faults_of", "in_order", "known", "named", "opened", "plain", "read",
    "state", "states", "takes_of",
]  # fmt: skip
