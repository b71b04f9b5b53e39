"""Presence, reach and dates against the second reader: no answer is looser than the file, in any state, for any act."""

import datetime
import json

import pytest

from medassist.domain.delegation import rules
from medassist.domain.delegation.queries import ruling, standing
from tests.delegation import reader
from tests.delegation.test_reader import ACTS, ADMINISTRATIVE, CODES, TODAY

SUPERVISED = ("in the room", "in the building", "at another site", "by video")
FACT = {"in the room": {"supervision": "direct"}}
HERE = {
    "in the room": standing.PRESENT, "in the building": standing.PRESENT, "at another site": standing.REACHABLE,
    "by video": rules.BY_PHONE_OR_VIDEO,
}  # fmt: skip
A_DAY = datetime.timedelta(days=1)


def everything(code, act, entry):
    """Standing with every credential, skill and policy that the file could ask for."""
    data = reader.read(code)
    rows = [r["credential"] for r in entry["conditions"].get("credential_rules", [])]
    names = {*rows, *reader.every_credential(data), *data["certification"]["accepted_certifications"], "CMA (AAMA)"}
    held = tuple(rules.Held(name) for name in sorted(names - {"none"}))
    who = rules.Standing(frozenset({"medical-assistant"}), held, (), {act: rules.Skill(10_000, 1_000, True)})
    return who, {act: (rules.Policy(rules.state(f"US-{code}").hash),)}


def levels_of(code, entry):
    """Each way in which the act is open, with the level that it asks for, as the second reader lays it out."""
    data = reader.read(code)
    facts = {"credential": [r["credential"] for r in entry["conditions"].get("credential_rules", [])]}
    ways = reader.rows_of(entry, facts) if "credential_rules" in entry["conditions"] else [entry["conditions"]]
    for way in ways:
        if way.get("rule", entry["rule"]) == "prohibited":
            continue
        level = way.get("supervision", "unknown")
        level = data["supervision_default"]["level"] if level == "unknown" else level
        who = way.get("delegators") or data["supervision_default"]["by"]
        yield ("direct" if level == "unknown" else level), who


@pytest.mark.parametrize("code", CODES)
def test_supervision_by_presence_and_by_video_is_never_looser_than_the_file(code):
    for entry in reader.read(code)["acts"]:
        act = entry["act"]
        if act in ADMINISTRATIVE or entry["rule"] == "prohibited":
            continue
        who, policies = everything(code, act, entry)
        for presence in SUPERVISED:
            for kind in rules.in_order(frozenset(("MD", "DO", "PA", "NP", "RN", "LPN", "DC"))):
                place = standing.Place(None, f"US-{code}", TODAY, policies, {kind: HERE[presence]}, frozenset({kind}))
                facts = {"orders": ("standing", "patient_specific"), **FACT.get(presence, {})}
                answer = rules.decide(ruling.case_of(act, facts, who, place))
                may = any(
                    reader.reaches(presence, level) and (not by or kind in by) for level, by in levels_of(code, entry)
                )
                assert answer.decision != "allow" or may, (code, act, presence, kind)


@pytest.mark.parametrize("code", CODES)
def test_a_named_delegator_is_the_only_one_who_counts(code):
    doctor, other = "a doctor", "somebody else"
    for entry in reader.read(code)["acts"]:
        act = entry["act"]
        if act in ADMINISTRATIVE or entry["rule"] == "prohibited":
            continue
        who, policies = everything(code, act, entry)
        for kind in ("MD", "NP", "PA"):
            place = standing.Place(
                None, f"US-{code}", TODAY, policies, {"MD": 2, "NP": 2, "PA": 2}, frozenset({"MD", "NP", "PA"}),
                kinds={doctor: kind},
            )  # fmt: skip
            for named, counts in ((doctor, True), (other, False)):
                facts = {"orders": ("standing", "patient_specific"), "supervision": "direct", "delegator": named}
                answer = rules.decide(ruling.case_of(act, facts, who, place))
                may = counts and any(not by or kind in by for _, by in levels_of(code, entry))
                assert answer.decision != "allow" or may, (code, act, kind, named)


@pytest.mark.parametrize("code", CODES)
def test_outside_its_own_dates_no_text_is_a_yes_by_itself(code):
    data = {**reader.read(code), "effective": {"from": str(TODAY), "to": str(TODAY + 30 * A_DAY), "note": ""}}
    book, faults = rules.read(f"US-{code}", json.dumps(data).encode())
    assert not faults
    for act in ACTS[:: 3 if code not in ("CA", "WA", "TX") else 1]:
        if act in ADMINISTRATIVE:
            continue
        entry = next((a for a in data["acts"] if a["act"] == act), {"act": act, "conditions": {}, "rule": "absent"})
        who, _ = everything(code, act, entry)
        kinds = entry["conditions"].get("delegators") or data["supervision_default"]["by"] or ["MD"]
        facts = rules.Facts(frozenset({"standing", "patient_specific"}), frozenset(kinds), dict.fromkeys(kinds, 3))
        told = {
            "credential": [one.name for one in who.credentials], "order": "standing", "supervision": "direct",
            "delegator": kinds[0], "training_hours": 10_000, "demonstrations": 1_000, "policy": False,
        }  # fmt: skip
        for day in (TODAY - A_DAY, TODAY, TODAY + 30 * A_DAY, TODAY + 31 * A_DAY):
            ours = rules.decide(rules.Case(act, f"US-{code}", day, who, facts, {}, book))
            said = reader.answer(data, act, told, day)
            if ours.decision == "allow":
                assert said == [] or said == ["order"], (code, act, day, said)
            if not TODAY <= day <= TODAY + 30 * A_DAY:
                assert ours.decision != "allow", (code, act, day)
