"""What an entry of a state's file asks, in short words."""

from __future__ import annotations

from medassist.domain.delegation.rules.entries import Clause, in_order
from medassist.domain.delegation.rules.values import LEVELS

SUPERVISION = {"direct": "in the room", "onsite": "on site", "general": "within reach", "unknown": "not known"}
ORDERS = {
    "patient_specific": "the patient's own order",
    "standing": "a standing order",
    "either": "an order or a standing order",
}
WORDS = {level: SUPERVISION[name] for name, level in LEVELS.items() if name in SUPERVISION}


def takes_of(clause: Clause) -> list[str]:
    """What a clause asks, part by part, in the order in which it is asked."""
    parts = [
        f"delegated by {', '.join(in_order(clause.delegators))}" if clause.delegators else "",
        f"supervision {WORDS[clause.supervision]}",
        ORDERS.get(clause.order, ""),
        f"{clause.hours} hours of training" if clause.hours else "",
        f"{clause.demonstrations} witnessed demonstrations" if clause.demonstrations else "",
        "shown competency" if clause.competency else "",
        clause.credential_need.text.rstrip(".") if clause.credential_need else "",
    ]
    return [part for part in parts if part]
