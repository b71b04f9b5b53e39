"""One act in one state: what the file asks, laid out for quick answers, with the words for what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from medassist.domain.delegation.rules.values import LEVELS, plain
from medassist.kernel.ruling import Decision, Need, Reason, Ruling

if TYPE_CHECKING:
    from medassist.domain.delegation.rules.book import State

STATE_TEXT = frozenset({"statute", "regulation", "board-guidance"})
STALE_YEARS = 2  # states/README.md, rule 9
CONFLICT = re.compile(r"\bconflict", re.IGNORECASE)
LEVEL_WORDS = {
    1: "within reach",
    2: "on the premises, free to come (checked in at this site)",
    3: "in the room, or the strictest that this state knows",
}
ORDER_WORDS = {
    "patient_specific": "A signed order for this patient.",
    "standing": "A standing order in force.",
    "either": "A signed order for this patient, or a standing order in force.",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One way to do an act: the entry's own conditions, or one credential's row laid over them."""

    credential: str
    key: str
    rule: str
    delegators: frozenset[str]
    supervision: int
    order: str
    any_of: frozenset[str]
    certificate: bool
    hours: int
    demonstrations: int
    competency: bool
    policy: bool
    others: tuple[str, ...]
    delegator_need: Need
    supervision_need: Need
    order_need: Need | None
    credential_need: Need | None
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Entry:
    """What one state's file says of one act, or that it says nothing."""

    act: str
    state: str
    rule: str
    """allowed, conditional, prohibited, or absent"""
    clause: Clause
    rows: tuple[Clause, ...]
    row_keys: frozenset[str]
    no_row: Ruling
    confidence: str
    rests_on: str
    as_of: str
    stale_after: date | None
    """The day after which its date is to be shown to who approves; None when no date is known."""
    why_policy: tuple[str, ...]
    reasons: tuple[Reason, ...]
    conflict: bool
    """Whether its sources disagree, by the file's own words: the stricter holds until a person settles it (rule 5)."""

    def stale(self, on: date) -> bool:
        """Whether the date of its text is to be shown to who approves (rule 9)."""
        return self.stale_after is None or on > self.stale_after


def lay_out(state: State, act: str, raw: Mapping[str, Any] | None) -> Entry:
    """The entry of an act, from its place in the file; None where the file has none."""
    data = state.data
    rule = raw["rule"] if raw else "absent"
    sources = [data["sources"][i] for i in raw["sources"]] if raw else []
    own = any(s["kind"] in STATE_TEXT for s in sources)
    confidence = data["confidence"] if own else "low"
    conditions = raw["conditions"] if raw else {}
    why = tuple(_why_policy(state, rule, conditions, own, confidence))
    reasons = _reasons(state, act, raw, sources)
    rests_on = _rests_on(sources)
    lay = _Layer(state, act, rule, why, reasons, confidence)
    rows = tuple(lay.clause(conditions, row) for row in conditions.get("credential_rules", ()))
    as_of = (raw or {}).get("as_of") or ""
    return Entry(
        act=act,
        state=state.code,
        rule=rule,
        clause=lay.clause(conditions, None),
        rows=rows,
        row_keys=frozenset(row.key for row in rows if row.key != "none"),
        no_row=lay.no_row(rows),
        confidence=confidence,
        rests_on=rests_on,
        as_of=as_of,
        stale_after=_stale_after(as_of),
        why_policy=why,
        reasons=reasons,
        conflict=_conflict(conditions),
    )


def _why_policy(state: State, rule: str, conditions: Mapping[str, Any], own: bool, confidence: str) -> list[str]:
    """Why the file alone can't say yes: each is a rule of states/README.md."""
    if rule == "absent":
        return [f"{state.name}'s file names no rule for this act, and silence is not a yes."]
    why = []
    if state.data["silent"] and rule == "conditional":
        why.append(f"{state.name} has no text on medical assistants; a licensed person's delegation carries this.")
    if not own:
        why.append("It rests on an association's or a secondary reading only, not on the state's own text.")
    elif confidence == "low":
        why.append(f"{state.name}'s file as a whole is of low confidence.")
    if _conflict(conditions):
        why.append("The sources conflict; the stricter reading holds until a person settles it.")
    return why


def _conflict(conditions: Mapping[str, Any]) -> bool:
    return bool(CONFLICT.search(conditions.get("other", "")))


def _rests_on(sources: list[Mapping[str, Any]]) -> str:
    kinds = {s["kind"] for s in sources}
    if kinds & {"statute", "regulation"}:
        return "law"
    if "board-guidance" in kinds:
        return "board guidance"
    return "secondary only" if kinds else "nothing found"


def _stale_after(as_of: str) -> date | None:
    if not as_of:
        return None
    year, month, day = ([int(part) for part in as_of.split("-")] + [1, 1])[:3]
    return date(year + STALE_YEARS, month, min(day, 28) if month == 2 else day)


def _reason(text: str, source: Mapping[str, Any]) -> Reason:
    return Reason(text, source["citation"], source["url"], source["as_of"] or "")


RULE_WORDS = {
    "allowed": "{state} names this act as open to medical assistants.",
    "conditional": "{state} opens this act to medical assistants on conditions.",
    "prohibited": "{state} does not open this act to medical assistants.",
}


def _reasons(
    state: State, act: str, raw: Mapping[str, Any] | None, sources: list[Mapping[str, Any]]
) -> tuple[Reason, ...]:
    """The rule with its first source, what the file adds in words, then the other sources."""
    if raw is None:
        default = [state.data["sources"][i] for i in state.data["supervision_default"]["sources"]]
        nothing = Reason(f"{state.name}'s file names no rule for this act ({act}): not found, which is not a yes.")
        return (nothing, *(_reason(f"On supervision: {s['title']}", s) for s in default[:1]))
    told = [_reason(RULE_WORDS[raw["rule"]].format(state=state.name), sources[0])]
    if other := raw["conditions"].get("other", "").strip():
        told.append(_reason(other, sources[0]))
    return (*told, *(_reason(s["title"], s) for s in sources[1:]))


class _Layer:
    """Lays an entry's conditions, or a row over them, out as a clause."""

    def __init__(
        self, state: State, act: str, rule: str, why: tuple[str, ...], reasons: tuple[Reason, ...], confidence: str
    ):
        self.state, self.act, self.rule, self.why = state, act, rule, why
        self.reasons, self.confidence = reasons, confidence
        self.id = f"{state.code}@{state.hash[:8]}/{act}"

    def clause(self, own: Mapping[str, Any], row: Mapping[str, Any] | None) -> Clause:
        """The entry's own conditions, or with a credential's row laid over the keys that it names."""
        laid = {**own, **(row["conditions"] if row else {})}
        rule = row["rule"] if row else self.rule
        default = self.state.data["supervision_default"]
        delegators = frozenset(laid.get("delegators") or default["by"])
        level = LEVELS[self._level(laid.get("supervision"), default["level"])]
        names, certificate = self._credentials(laid, row is not None or "credential_rules" in own)
        both = (row["conditions"] if row else {}), own
        others = tuple(dict.fromkeys(c["other"].strip() for c in both if "other" in c))
        order = laid.get("order", "")
        return Clause(
            credential=row["credential"] if row else "",
            key=plain(row["credential"]) if row else "",
            rule=rule,
            delegators=delegators,
            supervision=level,
            order=order,
            any_of=frozenset(plain(name) for name in names),
            certificate=certificate,
            hours=laid.get("training_hours", 0),
            demonstrations=laid.get("demonstrations", 0),
            competency=self.state.data["silent"] and rule == "conditional",
            policy=bool(others or self.why),
            others=others,
            delegator_need=Need("delegator", f"Delegated by {_one_of(delegators)}."),
            supervision_need=Need("supervision", _first_up(f"{_one_of(delegators)} {LEVEL_WORDS[level]}.")),
            order_need=Need("order", ORDER_WORDS[order]) if order else None,
            credential_need=_credential_need(names, certificate),
            ruling=self._ruling(rule, row),
        )

    @staticmethod
    def _level(named: str | None, default: str) -> str:
        # rule 2: an unknown level is no level; unknown at last means in the room
        level = default if named in (None, "unknown") else named
        return "direct" if level == "unknown" else level

    def _credentials(self, laid: Mapping[str, Any], has_rows: bool) -> tuple[list[str], bool]:
        """Credentials of which one is needed; and whether any certificate will do, since the file names none."""
        data, cert = self.state.data, self.state.data["certification"]
        if named := laid.get("certification_any_of"):
            return list(named), False
        if has_rows:
            return [], False
        if self.act in cert["required_for"]:
            accepted = list(cert["accepted_certifications"])
            if cert["state_credential"]:
                accepted.append(cert["state_credential"]["name"])
            return accepted, not accepted
        if cert["required_to_work"] == "yes":
            names = _credentials_of(data)
            return names, not names
        return [], False

    def _ruling(self, rule: str, row: Mapping[str, Any] | None) -> Ruling:
        reasons = self.reasons
        if row:
            source = self.reasons[0]
            verb = "is not open to" if rule == "prohibited" else "is open to"
            text = f"In {self.state.name} this act {verb} {_holder(row['credential'])}."
            if other := row["conditions"].get("other", "").strip():
                text += f" {other}"
            reasons = (Reason(text, source.citation, source.url, source.as_of), *reasons)
        decision: Decision = "deny" if rule == "prohibited" else "allow"
        tail = f"/{row['credential']}" if row else ""
        return Ruling(decision, f"{self.id}/{rule}{tail}", reasons, (), self.confidence)

    def no_row(self, rows: tuple[Clause, ...]) -> Ruling:
        """The refusal of a person with none of the credentials that the file's rows name."""
        open_to = [row.credential for row in rows if row.rule != "prohibited" and row.key != "none"]
        text = f"{self.state.name} opens this act to holders of {_or(open_to)}; none is on record in date."
        first = self.reasons[0]
        reason = Reason(text, first.citation, first.url, first.as_of)
        return Ruling("deny", f"{self.id}/no-credential", (reason, *self.reasons), (), self.confidence)


def _credentials_of(data: Mapping[str, Any]) -> list[str]:
    """Every credential that a file names, where the state asks for one to work at all."""
    names: dict[str, None] = {}
    for act in data["acts"]:
        conditions = act["conditions"]
        names.update(dict.fromkeys(conditions.get("certification_any_of", ())))
        rows = conditions.get("credential_rules", ())
        names.update(dict.fromkeys(row["credential"] for row in rows if row["credential"] != "none"))
    if credential := data["certification"]["state_credential"]:
        names[credential["name"]] = None
    return list(names)


def _credential_need(names: list[str], certificate: bool) -> Need | None:
    if certificate:
        return Need("credential", "A certificate on record, in date: the state asks for one and the file names none.")
    if not names:
        return None
    head = "This credential" if len(names) == 1 else "One of these credentials"
    return Need("credential", f"{head} on record, in date: {'; '.join(names)}.")


def _holder(credential: str) -> str:
    return "a person without any of the listed credentials" if credential == "none" else f"holders of {credential}"


def _or(names: list[str]) -> str:
    if not names:
        return "a credential it does not name"
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


KIND_ORDER = ("MD", "DO", "DPM", "DC", "PA", "NP", "CNM", "CNS", "RN", "LPN", "ND", "OD")


def in_order(kinds: frozenset[str]) -> list[str]:
    """Kinds of licensed people, physicians first."""
    return [kind for kind in KIND_ORDER if kind in kinds]


def _one_of(kinds: frozenset[str]) -> str:
    if not kinds:
        return "a licensed person"
    return f"one of {_or(in_order(kinds))}" if len(kinds) > 1 else f"a {next(iter(kinds))}"


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
