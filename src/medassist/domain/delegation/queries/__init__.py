"""What can be read of delegation: rulings, policies, grants, and what a person may do."""

from medassist.domain.delegation.queries.asked import asked
from medassist.domain.delegation.queries.kept import (
    grants,
    policies,
    policy,
    words,
)
from medassist.domain.delegation.queries.lapses import Lapse, lapses
from medassist.domain.delegation.queries.ruling import rule, rule_many
from medassist.domain.delegation.queries.table import Answer, acts_of, states_table, what_may

__all__ = [
    "Answer",
    "Lapse",
    "acts_of",
    "asked",
    "grants",
    "lapses",
    "policies",
    "policy",
    "rule",
    "rule_many",
    "states_table",
    "what_may",
    "words",
]
