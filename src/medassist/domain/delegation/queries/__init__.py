"""What can be read of delegation: rulings, the rules by date, policies, grants, and what a person may do."""

from medassist.domain.delegation import rules
from medassist.domain.delegation.queries.asked import asked
from medassist.domain.delegation.queries.books import (
    Shelf,
    book,
    book_of,
    broken,
    checks,
    shelf,
    state_file,
    texts,
)
from medassist.domain.delegation.queries.kept import (
    grants,
    history,
    newest,
    policies,
    policies_at,
    policy,
    to_review,
    words,
)
from medassist.domain.delegation.queries.lapses import Lapse, lapses
from medassist.domain.delegation.queries.reach import reach_of, reachable
from medassist.domain.delegation.queries.ruling import rule, rule_many
from medassist.domain.delegation.queries.table import (
    Answer,
    Authorization,
    acts_of,
    authorizations,
    states_table,
    what_may,
)

Case = rules.Case
Facts = rules.Facts
Held = rules.Held
Policy = rules.Policy
Ruling = rules.Ruling
Skill = rules.Skill
Standing = rules.Standing
State = rules.State
LEVELS = rules.LEVELS
BY_PHONE_OR_VIDEO = rules.BY_PHONE_OR_VIDEO
acts = rules.acts
read = rules.read
differences = rules.differences

__all__ = [
    "Answer", "Authorization", "BY_PHONE_OR_VIDEO", "Case", "Facts", "Held", "LEVELS", "Lapse", "Policy", "Ruling",
    "Shelf", "Skill", "Standing", "State", "acts", "acts_of", "asked", "authorizations", "book", "book_of", "broken",
    "checks", "differences", "grants", "history", "lapses", "newest", "policies", "policies_at", "policy", "reach_of",
    "reachable", "read", "rule", "rule_many", "shelf", "state_file", "states_table", "texts", "to_review", "what_may",
    "words",
]  # fmt: skip
