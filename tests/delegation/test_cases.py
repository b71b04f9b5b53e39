"""Single cases that a person can check against the file with a finger on the line."""

import json
from datetime import date

import pytest

from medassist.domain.delegation import rules
from medassist.domain.delegation.rules.book import State
from medassist.domain.delegation.rules.decision import decide

TODAY = date(2026, 11, 23)
SHOT = "injection.intramuscular"


def case(act, state="US-CA", role="medical-assistant", held=(), skill=(0, 0), policy=False, on=TODAY, **facts):
    kinds = facts.pop("delegators", ())
    level = rules.LEVELS[facts.pop("supervision", "none")]
    held = tuple(rules.Held(name) for name in held)
    signed = {act: (rules.Policy(rules.state(state).hash),)} if policy else {}
    return rules.Case(
        act,
        state,
        on,
        rules.Standing(frozenset({role}), held, held, {act: rules.Skill(*skill)}),
        rules.Facts(frozenset(facts.pop("orders", ())), frozenset(kinds), dict.fromkeys(kinds or [""], level), **facts),
        signed,
    )


def needs(ruling):
    return [need.code for need in ruling.needs]


FULL = {"skill": (10, 10), "policy": True, "orders": ["standing"], "delegators": ["MD"], "supervision": "onsite"}


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, []),
        ({"skill": (9, 10)}, ["training-hours"]),
        ({"skill": (10, 9)}, ["demonstrations"]),
        ({"orders": []}, ["order"]),
        ({"orders": ["patient_specific"]}, []),
        ({"supervision": "general"}, ["supervision"]),
        ({"supervision": "direct"}, []),
        ({"delegators": ["RN"]}, ["delegator", "supervision"]),
        ({"delegators": ["RN", "NP"]}, []),
        ({"policy": False}, ["policy"]),
        ({"orders": [], "skill": (0, 0), "policy": False}, ["order", "training-hours", "demonstrations", "policy"]),
    ],
)
def test_california_opens_an_injection_when_all_is_there(change, missing):
    ruling = decide(case(SHOT, **{**FULL, **change}))
    assert ruling.decision == ("needs" if missing else "allow") and needs(ruling) == missing


def test_california_does_not_open_the_vein_and_says_where_that_stands():
    ruling = decide(case("injection.intravenous", **{**FULL, "supervision": "direct"}))
    assert ruling.decision == "deny" and ruling.needs == ()
    assert (ruling.reasons[0].citation, ruling.reasons[0].as_of) == ("Cal. Bus. & Prof. Code §2069", "2014")


def test_an_inhaled_medicine_takes_the_patients_own_order():
    ruling = decide(case("medication.inhaled", **FULL))
    assert needs(ruling) == ["order"] and ruling.needs[0].text == "A signed order for this patient."


def test_new_york_has_no_rule_for_spirometry_and_silence_is_not_a_yes():
    act, facts = "spirometry.perform", {"delegators": ["MD"], "supervision": "direct"}
    ruling = decide(case(act, "US-NY", **facts))
    assert needs(ruling) == ["policy"] and "names no rule" in ruling.reasons[0].text
    assert decide(case(act, "US-NY", policy=True, **facts)).decision == "allow"
    assert needs(decide(case(act, "US-NY", policy=True, delegators=["MD"], supervision="onsite"))) == ["supervision"]


def test_washingtons_rows_decide_by_the_persons_own_credential():
    facts = {"policy": True, "orders": ["patient_specific"], "delegators": ["MD"], "supervision": "onsite"}
    ask = lambda act, *held: decide(case(act, "US-WA", held=held, **facts))  # noqa: E731
    assert ask(SHOT, "MA-Certified (WA)").decision == "allow"
    assert needs(ask(SHOT, "MA-Registered (WA)")) == ["supervision"]
    assert ask(SHOT, "MA-Phlebotomist (WA)").decision == "deny"
    assert ask(SHOT).decision == "deny" and "MA-Certified (WA)" in ask(SHOT).reasons[0].text
    assert ask(SHOT, "MA-Phlebotomist (WA)", "MA-Certified (WA)").decision == "allow"
    assert ask(SHOT, "ma-certified  (wa)").decision == "allow"
    assert ask(SHOT, "MA-Certified").decision == "deny"


def test_washington_asks_a_credential_even_for_acts_without_rows():
    facts = {"policy": True, "orders": ["patient_specific"], "delegators": ["MD"], "supervision": "direct"}
    assert needs(decide(case("refill.relay", "US-WA", **facts))) == ["credential"]
    assert decide(case("refill.relay", "US-WA", held=["MA-Registered (WA)"], **facts)).decision == "allow"


def test_arizona_asks_the_certificate_that_its_file_names_for_injections():
    facts = {"policy": True, "orders": ["standing"], "delegators": ["MD"], "supervision": "direct"}
    assert needs(decide(case(SHOT, "US-AZ", **facts))) == ["credential"]
    assert decide(case(SHOT, "US-AZ", held=["RMA (AMT)"], **facts)).decision == "allow"


def test_a_silent_state_asks_for_shown_competency():
    facts = {"policy": True, "orders": ["standing"], "delegators": ["MD"], "supervision": "direct"}
    assert needs(decide(case("vitals.measure", "US-TX", **facts))) == ["competency"]
    assert decide(case("vitals.measure", "US-TX", skill=(0, 1), **facts)).decision == "allow"


def test_in_north_dakota_the_delegator_decides_and_a_physician_is_not_on_the_list():
    names = [
        "Medication Assistant III (ND)",
        "Medication Assistant III registration (needs a certificate from AAMA, NHA, NCCT or AMT)",
    ]
    facts = {"policy": True, "held": names, "supervision": "direct"}
    assert needs(decide(case(SHOT, "US-ND", delegators=["MD"], **facts))) == ["delegator", "supervision"]
    assert decide(case(SHOT, "US-ND", delegators=["RN"], **facts)).decision == "allow"


def test_georgia_opens_what_nobody_needs_to_read_without_a_policy():
    facts = {"delegators": ["MD"], "supervision": "onsite"}
    ruling = decide(case("suture.remove", "US-GA", **facts))
    assert ruling.decision == "allow" and ruling.confidence == "high"


def test_an_act_that_rests_on_secondary_readings_is_low_and_says_so():
    ruling = decide(case("vitals.measure", delegators=["MD"], supervision="onsite"))
    assert ruling.confidence == "low" and needs(ruling) == ["policy"] and "secondary reading" in ruling.needs[0].text


def test_the_need_for_a_policy_quotes_what_must_be_read_and_how_old_it_is():
    [need] = decide(case(SHOT, **{**FULL, "policy": False})).needs
    assert "No anesthetic agents." in need.text and "as of 2023" in need.text


def test_a_vaccine_needs_its_own_entry_and_does_not_follow_from_the_route():
    ruling = decide(case(SHOT, **FULL, vaccine=True))
    assert ruling.decision == "needs" and "immunization.administer" in ruling.rule


def test_the_skill_in_a_route_counts_where_the_route_is_named():
    base = case("immunization.administer", **FULL)
    skills = {"immunization.administer/intramuscular": rules.Skill(10, 10)}
    who = rules.Standing(frozenset({"medical-assistant"}), skills=skills)
    ask = lambda route: decide(rules.Case(  # noqa: E731
        base.act, base.state, TODAY, who,
        rules.Facts(base.facts.orders, base.facts.delegators, base.facts.supervision, route=route), base.policies,
    ))  # fmt: skip
    assert ask("intramuscular").decision == "allow"
    assert needs(ask("subcutaneous")) == needs(ask("")) == ["training-hours", "demonstrations"]


@pytest.mark.parametrize("role", ["front-desk", "biller", "student", "manager", "administrative-medical-assistant"])
def test_other_roles_do_no_clinical_acts(role):
    assert decide(case("vitals.measure", role=role, **FULL)).decision == "deny"


@pytest.mark.parametrize(
    ("act", "role", "held", "orders", "decision"),
    [
        ("vitals.measure", "nurse", ["LPN"], [], "allow"),
        ("vitals.measure", "nurse", [], [], "needs"),
        ("triage.telephone", "nurse", ["LPN"], [], "needs"),
        ("triage.telephone", "nurse", ["RN"], [], "allow"),
        (SHOT, "nurse", ["RN"], [], "needs"),
        (SHOT, "nurse", ["RN"], ["standing"], "allow"),
        (SHOT, "physician", ["MD"], [], "allow"),
        ("refill.authorize", "nurse", ["RN"], [], "deny"),
        ("refill.authorize", "nurse-practitioner", ["NP"], [], "allow"),
    ],
)
def test_licensed_roles_by_the_table_and_a_licence(act, role, held, orders, decision):
    assert decide(case(act, role=role, held=held, orders=orders)).decision == decision


def test_administrative_work_is_the_tables_and_the_practices():
    assert needs(decide(case("schedule.manage", role="front-desk"))) == ["policy"]
    assert decide(case("schedule.manage", role="front-desk", policy=True)).decision == "allow"
    assert decide(case("schedule.manage", role="biller", policy=True)).decision == "deny"
    # the file names this act for assistants: they are bound by it as well
    assert needs(decide(case("schedule.manage", policy=True))) == ["delegator", "supervision"]
    assert decide(case("schedule.manage", "US-TX", policy=True)).decision == "allow"


def test_an_act_of_no_class_and_a_place_without_rules_are_refused():
    assert decide(case("teeth.whiten", **FULL)).decision == "deny"
    nowhere = rules.Case("vitals.measure", "US-PR", TODAY, rules.Standing(frozenset({"medical-assistant"})))
    assert decide(nowhere).decision == "deny"


def test_a_text_that_is_not_yet_in_force_is_not_a_yes_by_itself(monkeypatch):
    raw = json.loads((rules.book.DATA / "states" / "GA.json").read_bytes())
    raw["effective"] = {"from": "2027-01-01", "note": "a test"}
    later = State("US-GA", json.dumps(raw).encode())
    monkeypatch.setattr("medassist.domain.delegation.rules.decision.state", lambda code: later)
    facts = {"delegators": frozenset({"MD"}), "supervision": {"MD": 2}}
    who = rules.Standing(frozenset({"medical-assistant"}))
    ask = lambda on, **p: decide(rules.Case("suture.remove", "US-GA", on, who, rules.Facts(**facts), p))  # noqa: E731
    ruling = ask(TODAY)
    assert needs(ruling) == ["policy"] and "in force from 2027-01-01" in ruling.needs[0].text
    assert ask(date(2027, 1, 1)).decision == "allow"


def test_of_two_roles_the_better_answer_counts():
    both = rules.Standing(frozenset({"medical-assistant", "nurse"}), licences=(rules.Held("RN"),))
    assert decide(rules.Case("vitals.measure", "US-CA", TODAY, both)).decision == "allow"


def test_the_rule_names_the_files_hash_so_that_the_trail_shows_which_text_decided():
    ruling = decide(case(SHOT, **FULL))
    assert ruling.rule == f"US-CA@{rules.state('US-CA').hash[:8]}/{SHOT}/conditional"


def test_a_policy_that_was_signed_for_another_text_does_not_count():
    base = case(SHOT, **FULL)
    stale = rules.Case(base.act, base.state, TODAY, base.who, base.facts, {SHOT: (rules.Policy("0" * 64),)})
    assert needs(decide(stale)) == ["policy"] and "earlier text" in decide(stale).needs[0].text


def test_a_controlled_medicine_takes_what_its_own_entry_asks_on_top():
    assert decide(case(SHOT, **FULL)).decision == "allow"
    assert needs(decide(case(SHOT, **FULL, controlled=True))) == ["order", "policy"]


def test_who_holds_none_of_the_listed_credentials_is_told_by_that_row():
    facts = {"policy": True, "delegators": ["MD"], "supervision": "direct", "skill": (32, 0)}
    ruling = decide(case("immunization.administer", "US-CT", **facts))
    assert ruling.decision == "deny" and ruling.rule.endswith("/none")
    held = ["Clinical medical assistant (CT)", "CMA (AAMA)"]
    assert decide(case("immunization.administer", "US-CT", held=held, **facts)).decision == "allow"


def test_what_is_out_of_date_does_not_count():
    facts = {"policy": True, "orders": ["standing"], "delegators": ["MD"], "supervision": "direct"}
    base = case(SHOT, "US-AZ", **facts)
    day = date(2026, 11, 22)

    def ask(**parts):
        who = rules.Standing(base.who.roles, **parts)
        return needs(decide(rules.Case(SHOT, "US-AZ", TODAY, who, base.facts, base.policies)))

    assert ask(credentials=(rules.Held("RMA (AMT)", until=day),)) == ["credential"]
    assert ask(credentials=(rules.Held("RMA (AMT)", since=date(2026, 11, 24)),)) == ["credential"]
    assert ask(credentials=(rules.Held("RMA (AMT)", since=day, until=TODAY),)) == []
    late = rules.Standing(base.who.roles, skills={SHOT: rules.Skill(10, 10, True, until=day)})
    here = case(SHOT, **FULL)
    ruling = decide(rules.Case(SHOT, "US-CA", TODAY, late, here.facts, here.policies))
    assert needs(ruling) == ["training-hours", "demonstrations"]
