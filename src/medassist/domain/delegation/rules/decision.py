"""The decision: one question in, one ruling out. Pure; the reading rules of data/states/README.md by their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from medassist.domain.delegation.rules.book import Acts, Clinical, State, Tabled, acts
from medassist.domain.delegation.rules.entries import Clause, Entry
from medassist.domain.delegation.rules.shelf import state
from medassist.domain.delegation.rules.values import LEVELS, Case, Held, Narrowing, Policy, Skill, plain
from medassist.kernel.ruling import Need, Reason, Ruling

RANK = {"allow": 0, "needs": 1, "deny": 2}
NO_SKILL = Skill()
LEVEL_NAMES = {level: word for word, level in LEVELS.items() if word not in ("", "none")}
COMPETENCY = Need("competency", "Shown competency in this act, witnessed and on record for this person.")
CONTROLLED, VACCINE = "medication.controlled", "immunization.administer"


def decide(case: Case) -> Ruling:
    """The ruling on one question."""
    book = acts()
    bound = _bound(case)
    if not bound:
        return _decide(book, case, case.act)
    return _together([_decide(book, case, act) for act in (case.act, *bound)])


def _bound(case: Case) -> list[str]:
    """The narrower acts that bind on top of this one (rule 6)."""
    facts, act = case.facts, case.act
    if not (facts.controlled or facts.vaccine):
        return []
    route = act.startswith(("injection.", "medication."))
    also = [VACCINE] if facts.vaccine and route else []
    if facts.controlled and (route or act in (VACCINE, "iv.start")):
        also.append(CONTROLLED)
    return [one for one in also if one != act]


def _together(rulings: list[Ruling]) -> Ruling:
    """Several rules that all bind: the strictest answers, and all needs count."""
    worst = max(rulings, key=lambda r: RANK[r.decision])
    if worst.decision == "deny":
        return worst
    needs = tuple(dict.fromkeys(need for ruling in rulings for need in ruling.needs))
    reasons = tuple(dict.fromkeys(reason for ruling in rulings for reason in ruling.reasons))
    weakest = max((r.confidence for r in rulings), key=("", "high", "medium", "low").index)
    return Ruling(worst.decision, "+".join(r.rule for r in rulings), reasons, needs, weakest)


def _decide(book: Acts, case: Case, act: str) -> Ruling:
    if clinical := book.clinical.get(act):
        return _clinical(book, case, act, clinical)
    if tabled := book.administrative.get(act):
        return _administrative(book, case, act, tabled)
    if tabled := book.house.get(act):
        return _house(book, case, act, tabled)
    return Ruling(
        "deny", "house/no-such-act", (Reason(f"{act} is in no list of acts; what no list names is refused."),)
    )


def _best(rulings: Iterable[Ruling]) -> Ruling:
    """Of the answers that one person's several roles or credentials give, the best; of needs, the shortest."""
    return min(rulings, key=lambda r: (RANK[r.decision], len(r.needs)))


# --- clinical acts


def _clinical(book: Acts, case: Case, act: str, clinical: Clinical) -> Ruling:
    who = case.who
    if clinical.hands_on and not who.person:
        return Ruling("deny", "house/hands-on", (Reason(f"{clinical.name} takes hands: it is for people only."),))
    answers = []
    for role in who.roles:
        if role in book.unlicensed:
            answers.append(_by_state(case, act))
        elif role in clinical.licensed:
            answers.append(_licensed(book, case, act, role, clinical.licensed[role]))
    if not answers:
        return _not_for(book, case, act, clinical.name)
    return answers[0] if len(answers) == 1 else _best(answers)


def _not_for(book: Acts, case: Case, act: str, name: str) -> Ruling:
    roles = [book.roles.get(role, role) for role in sorted(case.who.roles)]
    text = f"{name} is not among the acts of this role: {', '.join(roles)}." if roles else f"{name}: no role here."
    return Ruling("deny", f"house/role/{act}", (Reason(text),))


def _licensed(book: Acts, case: Case, act: str, role: str, table: Mapping[str, Any]) -> Ruling:
    """A licensed role: the table of the house, and a licence in date."""
    needs = []
    kinds = table.get("licences") or book.licences[role]
    if not _has_licence(case, kinds):
        needs.append(_licence_need(kinds))
    if (order := table.get("order")) and not _ordered(order, case.facts.orders):
        needs.append(Need("order", "A signed order for this patient, or a standing order in force."))
    if narrows := _narrowings(case, act):
        needs += _narrowed(narrows, case, act)
    reason = Reason(f"{book.clinical[act].name} belongs to a licensed role: {book.roles[role]}.")
    return Ruling("needs" if needs else "allow", f"licensed/{role}/{act}", (reason,), tuple(needs))


def _has_licence(case: Case, kinds: Iterable[str]) -> bool:
    """Whether a licence of these kinds is on record in date, for this state where it names one."""
    held = case.who.licences
    return any(h.name in kinds and h.good(case.on) and h.state in ("", case.state) for h in held)


def _licence_need(kinds: Iterable[str]) -> Need:
    return Need("licence", f"A license on record, verified and in date for this state: {' or '.join(kinds)}.")


def _by_state(case: Case, act: str) -> Ruling:
    """An unlicensed role: the state's file, in the order of rule 7."""
    book = case.book or state(case.state)
    if book is None:
        text = f"No rules are kept for {case.state or 'a site without a state'}, and silence is not a yes."
        return Ruling("deny", "house/no-state", (Reason(text),))
    entry = book.entry(act)
    if entry.rule == "prohibited":
        return entry.clause.ruling
    if not entry.rows:
        return _answer(entry.clause, _missing(book, entry, entry.clause, case, None), entry)
    held = _held(case.who.credentials, case.on)
    matching = _matching(entry, held)
    if not matching:
        return entry.no_row
    return _best(
        row.ruling if row.rule == "prohibited" else _answer(row, _missing(book, entry, row, case, held), entry)
        for row in matching
    )


def _held(credentials: Iterable[Held], on: date) -> frozenset[str]:
    return frozenset(plain(h.name) for h in credentials if h.good(on))


def _matching(entry: Entry, held: frozenset[str]) -> list[Clause]:
    """The rows of the person's own credentials; the row `none` for who holds none of the listed ones."""
    rows = [row for row in entry.rows if row.key in held and row.key != "none"]
    return rows or [row for row in entry.rows if row.key == "none" and not held & entry.row_keys]


def _answer(clause: Clause, needs: list[Need], entry: Entry) -> Ruling:
    yes = clause.ruling
    return Ruling("needs", yes.rule, yes.reasons, tuple(needs), entry.confidence) if needs else yes


def _missing(book: State, entry: Entry, clause: Clause, case: Case, held: frozenset[str] | None) -> list[Need]:
    """What is missing for a yes, in the order of rule 7: the first is the first refusal."""
    facts, who, on = case.facts, case.who, case.on
    needs: list[Need] = []
    if not _delegated(clause.delegators, facts.delegators):
        needs.append(clause.delegator_need)
    if _level(clause.delegators, facts.supervision) < clause.supervision:
        needs.append(clause.supervision_need)
    if clause.order_need and not _ordered(clause.order, facts.orders):
        needs.append(clause.order_need)
    if clause.hours or clause.demonstrations or clause.competency:
        _untrained(clause, _skill(case, entry.act), needs)
    if clause.credential_need:
        held = _held(who.credentials, on) if held is None else held
        if not (held & clause.any_of or (clause.certificate and held)):
            needs.append(clause.credential_need)
    _unread(book, entry, clause, case, needs)
    return needs


def _delegated(allowed: frozenset[str], delegators: frozenset[str]) -> bool:
    return not delegators.isdisjoint(allowed) if allowed else bool(delegators)


def _level(allowed: frozenset[str], supervision: Mapping[str, int]) -> int:
    """The strongest supervision by somebody who counts; where it was not said who gives it, as it was said."""
    if not supervision:
        return 0
    return max((level for kind, level in supervision.items() if not kind or not allowed or kind in allowed), default=0)


def _ordered(order: str, orders: frozenset[str]) -> bool:
    return bool(orders) if order == "either" else order in orders


def _skill(case: Case, act: str) -> Skill:
    skills, route = case.who.skills, case.facts.route
    skill = (skills.get(f"{act}/{route}") if route else None) or skills.get(act)
    return skill if skill and skill.good(case.on) else NO_SKILL


def _untrained(clause: Clause, skill: Skill, needs: list[Need]) -> None:
    if skill.hours < clause.hours:
        text = f"{clause.hours} hours of training on record for this act; {skill.hours} are."
        needs.append(Need("training-hours", text))
    if skill.demonstrations < clause.demonstrations:
        text = f"{clause.demonstrations} witnessed demonstrations on record for this act; {skill.demonstrations} are."
        needs.append(Need("demonstrations", text))
    if clause.competency and not (skill.signed or skill.demonstrations):
        needs.append(COMPETENCY)


# --- the practice's policies


def _policies(case: Case, act: str) -> list[Policy]:
    return [p for p in case.policies.get(act, ()) if p.good(case.on)]


def _unread(book: State, entry: Entry, clause: Clause, case: Case, needs: list[Need]) -> None:
    """The practice's policy: where the file alone can't say yes (rules 1, 3, 4, 5, 9), and where it narrows (8)."""
    outside = book.outside(case.on)
    if not (clause.policy or outside or case.policies):
        return
    signed = _policies(case, entry.act)
    if (clause.policy or outside) and not any(p.hash == book.hash for p in signed):
        needs.append(_policy_need(entry, clause, case.on, outside, bool(signed)))
    for policy in signed:
        if policy.narrows:
            needs += _narrowed([policy.narrows], case, entry.act)


def _policy_need(entry: Entry, clause: Clause, on: date, outside: str, other_hash: bool) -> Need:
    parts = ["A policy of this practice for this act, signed by a person who has read the file."]
    if other_hash:
        parts.append("The one signed was for an earlier text of the file.")
    if outside:
        parts.append(outside)
    parts += entry.why_policy
    parts += [f"To read: “{other}”" for other in clause.others]
    if entry.rule != "absent" and entry.stale(on):
        parts.append(f"The text was seen as of {entry.as_of}." if entry.as_of else "No date of the text is known.")
    return Need("policy", " ".join(parts))


def _narrowings(case: Case, act: str) -> list[Narrowing]:
    return [p.narrows for p in _policies(case, act) if p.narrows] if case.policies else []


def _narrowed(narrowings: Iterable[Narrowing], case: Case, act: str) -> list[Need]:
    """What the practice's own policies ask beyond the state."""
    facts, skill = case.facts, _skill(case, act)
    asked: list[tuple[bool, str]] = []
    for n in narrowings:
        held = _held(case.who.credentials, case.on) if n.credentials else frozenset()
        given = _level(frozenset(n.delegators), facts.supervision)
        asked += [
            (n.forbidden, "keeps this act from this role; a manager can sign another"),
            (given < n.supervision, f"asks for {LEVEL_NAMES.get(n.supervision, '')} supervision"),
            (
                bool(n.delegators) and facts.delegators.isdisjoint(n.delegators),
                f"asks for {_or(n.delegators)} to order it",
            ),
            (bool(n.order) and not _ordered(n.order, facts.orders), "asks for a signed order"),
            (skill.hours < n.hours, f"asks for {n.hours} hours of training on record"),
            (skill.demonstrations < n.demonstrations, f"asks for {n.demonstrations} witnessed demonstrations"),
            (bool(n.credentials) and held.isdisjoint(map(plain, n.credentials)), f"asks for {_or(n.credentials)}"),
        ]
    return [Need("practice", f"This practice's own policy {text}.") for missing, text in asked if missing]


def _or(names: Iterable[str]) -> str:
    return " or ".join(names)


# --- administrative acts, and those of the house


def _administrative(book: Acts, case: Case, act: str, tabled: Tabled) -> Ruling:
    """The role table and the practice's policy; an assistant is bound by the state's file too, where it speaks."""
    roles = case.who.roles & tabled.roles
    if not roles:
        return _not_for(book, case, act, tabled.name)
    office = _office(case, act, tabled)
    where = case.book or state(case.state)
    if not roles <= book.unlicensed or where is None or act not in where:
        return office
    return _together([_by_state(case, act), office])


def _office(case: Case, act: str, tabled: Tabled) -> Ruling:
    reason = Reason(f"{tabled.name}: administrative work, by the practice's own role table and policy.")
    signed = _policies(case, act)
    needs = [] if signed else [Need("policy", f"A policy of this practice, signed by a manager: {tabled.name}.")]
    needs += _narrowed([p.narrows for p in signed if p.narrows], case, act)
    return Ruling("needs" if needs else "allow", f"office/{act}", (reason,), tuple(needs))


def _house(book: Acts, case: Case, act: str, tabled: Tabled) -> Ruling:
    roles = case.who.roles_anywhere | case.who.roles if tabled.anywhere else case.who.roles
    if roles.isdisjoint(tabled.roles):
        return _not_for(book, case, act, tabled.name)
    if tabled.licensed:
        kinds = [kind for role in roles & tabled.roles for kind in book.licences.get(role, ())]
        if not _has_licence(case, kinds):
            return Ruling("needs", f"house/{act}", (_HOUSE,), (_licence_need(sorted(kinds)),))
    return _house_yes(act)


_HOUSE = Reason("An act of the house, decided by role and site.")
_YES: dict[str, Ruling] = {}


def _house_yes(act: str) -> Ruling:
    if (ruling := _YES.get(act)) is None:
        ruling = _YES[act] = Ruling("allow", f"house/{act}", (_HOUSE,))
    return ruling
