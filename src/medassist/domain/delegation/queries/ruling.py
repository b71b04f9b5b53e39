"""The authority: one ruling before every write and every opening of a chart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from medassist.domain.delegation import rules
from medassist.domain.delegation.models import Grant
from medassist.domain.delegation.queries import standing
from medassist.domain.delegation.queries.standing import Person, Place
from medassist.kernel.context import Context
from medassist.kernel.ruling import Act, Need, Reason, Ruling

RANK = {"allow": 0, "needs": 1, "deny": 2}
READING = frozenset({"house.open_chart", "house.list"})
SYSTEM_NO = Ruling("deny", "house/system", (Reason("The system itself may do what its written list names; not this."),))
SYSTEM_YES = Ruling("allow", "house/system")
NOBODY = Ruling("deny", "house/nobody", (Reason("Nobody of the staff acts under this identity, or no longer."),))
EMPTY_OFFICE = Ruling("allow", "house/empty-office", (Reason("Nobody works here yet: an enrolled account may read."),))
NOT_GRANTED = Ruling(
    "needs",
    "house/not-granted",
    (Reason("An account of software may do what its written grant lists and nothing else; not this."),),
    (Need("grant", "A grant of this act for this account, by a manager."),),
)
NO_PRINCIPAL = Ruling("deny", "house/no-principal", (Reason("An agent acts on behalf of a person; none is named."),))
HANDS = Ruling("deny", "house/hands-on", (Reason("This act takes hands: it is for people only."),))


def rule(ctx: Context, act: Act, subject: str) -> Ruling:
    """The ruling on an act in a context. What it rests on is kept in memory; it asks the database for one stamp."""
    if there := act.facts.get("site"):  # what is acted on lies there, wherever the actor signed in
        ctx = ctx.but(site=there)
    kind = ctx.actor.kind
    if kind == "person":
        return _of_person(ctx.actor.id, act, _where(ctx, act), ctx.at)
    if kind == "system":
        return _of_system(act)
    if kind in ("interface", "agent"):
        with standing.at_one_moment():
            return _of_software(ctx, act)
    return NOBODY


def _where(ctx: Context, act: Act) -> UUID | None:
    """The site at which the standing counts: where the visit is, not where the person chose to be signed in."""
    there = act.facts.get("site")
    return there if there and act.name not in rules.acts().house else ctx.site


def rule_many(cases: Iterable[rules.Case]) -> list[rules.Ruling]:
    """The rulings on plain cases: what if, without asking the database."""
    return [rules.decide(case) for case in cases]


def _of_system(act: Act) -> Ruling:
    if act.name == "house.set_up" and act.facts.get("any_staff"):
        return SYSTEM_NO
    return SYSTEM_YES if act.name in rules.acts().system else SYSTEM_NO


def _of_person(actor: UUID, act: Act, site: UUID | None, at: datetime) -> Ruling:
    person = standing.person(actor, site, at)
    if person is None:
        return NOBODY
    performer = act.facts.get("performer")
    if performer is not None and performer != actor:
        return _performed(person, performer, act, site, at)
    # supervision rests on who is in the building: nobody but a manager says so of others
    name = "house.check_in_others" if act.name == "house.check_in" and not act.facts.get("own") else act.name
    return rules.decide(case_of(name, act.facts, person.who, person.place))


def _performed(person: Person, performer: UUID, act: Act, site: UUID | None, at: datetime) -> Ruling:
    """Who writes down what another did: the one who did it must have been allowed to; the writer works here."""
    facts = {name: value for name, value in act.facts.items() if name != "performer"}
    ruling = _of_person(performer, Act(act.name, facts), site, at)
    return ruling if person.who.roles else NOBODY


def _of_software(ctx: Context, act: Act) -> Ruling:
    """What is granted, never wider than the role it was granted as, nor than the person it acts for."""
    clinical = rules.acts().clinical.get(act.name)
    if clinical and clinical.hands_on:
        return HANDS
    grants = standing.granted(ctx.actor.id, ctx.at).get(act.name, ())
    fitting = [g for g in grants if g.site_id is None or ctx.site is None or g.site_id == ctx.site]
    if not fitting:
        empty = act.name in READING and ctx.actor.kind == "interface" and not standing.somebody_works_here()
        return EMPTY_OFFICE if empty else NOT_GRANTED
    own = _granted(fitting[0], act, ctx)
    principal = ctx.on_behalf_of
    if principal is None and ctx.actor.kind == "agent":
        principal = standing.owner(ctx.actor.id)
        if principal is None:
            return NO_PRINCIPAL
    return narrower(own, _of_person(principal, act, ctx.site, ctx.at)) if principal else own


def _granted(grant: Grant, act: Act, ctx: Context) -> Ruling:
    if not grant.as_role or act.name in rules.acts().house:
        return Ruling("allow", f"grant/{act.name}", (Reason("Granted to this account by the practice."),))
    roles = frozenset({grant.as_role})
    where = standing.place(ctx.site or grant.site_id, ctx.at)
    return rules.decide(case_of(act.name, act.facts, rules.Standing(roles, person=False, roles_anywhere=roles), where))


def narrower(one: Ruling, other: Ruling) -> Ruling:
    """Of two rulings that both bind, the stricter; two that need something need both."""
    if one.decision == other.decision == "needs":
        needs = tuple(dict.fromkeys((*one.needs, *other.needs)))
        return Ruling("needs", f"{one.rule}+{other.rule}", (*one.reasons, *other.reasons), needs, other.confidence)
    return max(one, other, key=lambda ruling: RANK[ruling.decision])


def case_of(act: str, facts: Mapping[str, Any], who: rules.Standing, where: Place) -> rules.Case:
    """The plain case: who, where, and the facts that the action fetched."""
    return rules.Case(act, where.state, where.on, who, facts_of(facts, where), where.policies, where.book)


def facts_of(facts: Mapping[str, Any], where: Place) -> rules.Facts:
    """What is known of the matter.

    Names in an act's facts: `orders` (standing, patient_specific), `ordered_by` (MD, NP …), `supervision` (direct, when
    somebody of `supervised_by`, else of those in the building, is in the room), `controlled`, `vaccine`, `route`,
    `delegator` (who delegates in this visit: then that one and who signed an order, and nobody else).
    """
    delegators, supervision = where.delegators, where.supervision
    if named := facts.get("delegator"):
        delegators = frozenset({kind} if (kind := where.kinds.get(named)) else ())
    if by := facts.get("ordered_by"):
        delegators = delegators | frozenset(by)
    if level := rules.LEVELS.get(facts.get("supervision") or "", 0):
        kinds = facts.get("supervised_by") or [k for k, present in supervision.items() if present >= standing.PRESENT]
        supervision = {**supervision, **dict.fromkeys(kinds, level)}
    return rules.Facts(
        orders=frozenset(facts.get("orders") or ()),
        delegators=delegators,
        supervision=supervision,
        controlled=bool(facts.get("controlled")),
        vaccine=bool(facts.get("vaccine")),
        route=facts.get("route") or "",
    )
