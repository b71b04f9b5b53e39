"""The way into a demo office for one who was given a role to look at it with."""

from __future__ import annotations

from medassist.interfaces.web.access import places, tickets
from medassist.interfaces.web.models import Account
from medassist.kernel.errors import Missing


def roles() -> dict[str, list[Account]]:
    """Who can be signed in, by role; those who hold it first, before another, come first."""
    found: dict[str, list[tuple[int, Account]]] = {}
    for account in Account.objects.select_related("actor").filter(is_active=True).order_by("made_at", "id"):
        held = [role for place in places.of(account.actor_id) for role in place["roles"]]
        for rank, role in enumerate(dict.fromkeys(held)):
            found.setdefault(role, []).append((rank, account))
    return {role: [one for _, one in sorted(who, key=lambda pair: pair[0])] for role, who in sorted(found.items())}


def path(role: str) -> tuple[str, str]:
    """The path of a link that signs the first person of this role in, once; and that person's name."""
    if not tickets.demo_home():
        raise Missing("demo office", "in this home: only `medassist run --demo` makes one")
    known = roles()
    if role not in known:
        raise Missing("role", f"{role} in this demo; there are {', '.join(known)}")
    account = known[role][0]
    return f"/signin/once/{tickets.issue(account, 'demo')}", account.actor.name
