"""The product's rulings against the second reader: every state, act, credential, order, supervision, delegator."""

import datetime
import itertools
from functools import cache

import pytest

from medassist.domain.delegation import rules
from tests.delegation import reader

TODAY = datetime.date(2026, 11, 23)
ADMINISTRATIVE = ("schedule.manage", "billing.manage", "records.manage")
ACTS = [*rules.acts().clinical, *ADMINISTRATIVE]
CODES = [code.removeprefix("US-") for code in rules.states()]


def ask(code, act, facts):
    """Our own answer to the same facts."""
    standing = _standing(act, facts["credential"], facts["training_hours"], facts["demonstrations"])
    told = _told(facts["order"], facts["supervision"], facts["delegator"])
    policies = _signed(code, act) if facts["policy"] else {}
    return rules.decide(rules.Case(act, f"US-{code}", TODAY, standing, told, policies))


@cache
def _standing(act, names, hours, demonstrations):
    held = tuple(rules.Held(name) for name in names)
    return rules.Standing(frozenset({"medical-assistant"}), held, (), {act: rules.Skill(hours, demonstrations)})


@cache
def _told(order, supervision, kind):
    level = rules.LEVELS[supervision]
    return rules.Facts(
        frozenset() if order == "none" else frozenset({order.replace("-", "_")}),
        frozenset({kind} if kind else ()),
        {kind or "": level} if level else {},
    )


@cache
def _signed(code, act):
    return {act: (rules.Policy(rules.state(f"US-{code}").hash),)}


def expected(data, act, facts):
    """Decision and needs by the second reader, the practice's own rule on administrative acts added."""
    if act in ADMINISTRATIVE and not any(a["act"] == act for a in data["acts"]):
        said = []
    else:
        said = reader.answer(data, act, facts, TODAY)
    if said == "deny":
        return "deny", set()
    needs = set(said)
    if act in ADMINISTRATIVE and not facts["policy"]:
        needs.add("policy")
    return ("needs" if needs else "allow"), needs


def credentials(data, act):
    """No credential, each that the file names, those of row and list together, and one it may not name."""
    entry = next((a for a in data["acts"] if a["act"] == act), {"conditions": {}})
    rows = [r["credential"] for r in entry["conditions"].get("credential_rules", [])]
    named = entry["conditions"].get("certification_any_of", [])
    accepted = data["certification"]["accepted_certifications"]
    single = {*rows, *named, *accepted[:2], "CMA (AAMA)"} | ({reader.every_credential(data)[0]} if rows else set())
    pairs = [pair for pair in itertools.product(rows, named) if pair[0] != pair[1]]
    return [(), *((name,) for name in sorted(single)), *pairs[:4], tuple(sorted(single))]


def grid(data, act):
    """Facts of every kind, those at the edge of what the file asks among them."""
    entry = next((a for a in data["acts"] if a["act"] == act), {"conditions": {}})
    inside = (entry["conditions"].get("delegators") or data["supervision_default"]["by"] or ["MD"])[-1]
    outside = next(k for k in ("DC", "OD", "LPN", "DPM") if k not in (entry["conditions"].get("delegators") or []))
    hours, shown = entry["conditions"].get("training_hours", 1), entry["conditions"].get("demonstrations", 1)
    for names, order, level, kind, (trained, done), policy in itertools.product(
        credentials(data, act),
        ("none", "standing", "patient-specific"),
        ("none", "general", "onsite", "direct"),
        (None, inside, outside),
        ((0, 0), (hours, shown - 1), (hours, shown)),
        (False, True),
    ):
        yield {
            "credential": names, "order": order, "supervision": level, "delegator": kind, "training_hours": trained,
            "demonstrations": done, "policy": policy,
        }  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_no_ruling_is_looser_than_the_file_and_none_is_stricter_without_reason(code):
    data = reader.read(code)
    for act in ACTS:
        if any(a["act"] == act and a["rule"] == "prohibited" for a in data["acts"]):
            facts = list(grid(data, act))[::37]
        else:
            facts = grid(data, act)
        for one in facts:
            ours = ask(code, act, one)
            decision, needs = expected(data, act, one)
            assert ours.decision == decision, (code, act, one, ours, needs)
            assert {need.code for need in ours.needs} == needs, (code, act, one, ours)


@pytest.mark.parametrize("code", CODES)
def test_with_everything_there_each_act_that_is_not_prohibited_is_a_yes(code):
    data = reader.read(code)
    for act in ACTS:
        entry = next((a for a in data["acts"] if a["act"] == act), {"rule": "absent", "conditions": {}})
        rows = entry["conditions"].get("credential_rules", [])
        names = (*reader.every_credential(data), *data["certification"]["accepted_certifications"], "CMA (AAMA)")
        kind = (entry["conditions"].get("delegators") or data["supervision_default"]["by"] or ["MD"])[0]
        if any(r["rule"] != "prohibited" for r in rows):
            kind = "MD" if kind == "MD" else kind
        facts = {
            "credential": names, "order": "patient-specific", "supervision": "direct", "delegator": kind,
            "training_hours": 1000, "demonstrations": 100, "policy": True,
        }  # fmt: skip
        assert ask(code, act, facts).decision == ("deny" if entry["rule"] == "prohibited" else "allow"), (act, facts)
