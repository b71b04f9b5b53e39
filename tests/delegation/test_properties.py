"""What must hold of every ruling: less never opens, more never closes, and nothing lifts a prohibition."""

import dataclasses
from datetime import date, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from medassist.domain.delegation import rules
from tests.delegation import reader

TODAY = date(2026, 11, 23)
RANK = {"deny": 0, "needs": 1, "allow": 2}
ACTS = [*rules.acts().clinical, *rules.acts().administrative]
KINDS = ["MD", "DO", "DPM", "DC", "PA", "NP", "CNM", "CNS", "RN", "LPN", "ND", "OD"]
OTHERS = ["MD", "RN", "LPN", "NP"]
NAMES = sorted({n for code in rules.states() for n in reader.every_credential(reader.read(code[3:]))} | {"CMA (AAMA)"})


def policy_of(state, narrows=None):
    return rules.Policy(rules.state(state).hash, TODAY - timedelta(days=1), TODAY + timedelta(days=1), narrows)


# made once: a strategy costs more to make than to draw from
STATES, ANY_ACT, LEVELS = st.sampled_from(rules.states()), st.sampled_from(ACTS), st.integers(1, 3)
DELEGATORS, LICENCES = (st.sets(st.sampled_from(some), max_size=n) for some, n in ((KINDS, 3), (OTHERS, 1)))
HOURS, SHOWN = st.sampled_from([0, 9, 10, 400]), st.sampled_from([0, 1, 9, 10])
ORDERS = st.sets(st.sampled_from(["standing", "patient_specific"]))


@cache
def own_names(state):
    """Some of the credentials that a state's file names."""
    return st.sets(
        st.sampled_from(sorted({*reader.every_credential(reader.read(state[3:])), "CMA (AAMA)"})), max_size=5
    )


@cache
def some_roles(roles):
    """At least one of these roles."""
    return st.sets(st.sampled_from(list(roles)), min_size=1)


@st.composite
def cases(draw, roles=("medical-assistant",)):
    state, act = draw(STATES), draw(ANY_ACT)
    names, kinds = draw(own_names(state)), draw(DELEGATORS)
    levels = {kind: draw(LEVELS) for kind in sorted(kinds)}
    skill = rules.Skill(draw(HOURS), draw(SHOWN), draw(st.booleans()))
    bound = {act, "medication.controlled", "immunization.administer"}
    signed = draw(st.booleans())
    return rules.Case(
        act,
        state,
        TODAY,
        rules.Standing(
            frozenset(draw(some_roles(roles))),
            tuple(rules.Held(n) for n in sorted(names)),
            tuple(rules.Held(n) for n in draw(LICENCES)),
            dict.fromkeys(bound, skill),
        ),
        rules.Facts(
            frozenset(draw(ORDERS)),
            frozenset(kinds),
            levels,
            draw(st.booleans()),
            draw(st.booleans()),
        ),
        {one: (policy_of(state),) for one in bound} if signed else {},
    )


def rank(case):
    return RANK[rules.decide(case).decision]


def changed(case, part, **changes):
    return dataclasses.replace(case, **{part: dataclasses.replace(getattr(case, part), **changes)})


@settings(max_examples=400, deadline=None)
@given(cases(), st.data())
def test_taking_away_never_opens(case, data):
    before = rank(case)
    less = [dataclasses.replace(case, policies={})]
    less += [changed(case, "facts", orders=case.facts.orders - {one}) for one in case.facts.orders]
    less += [changed(case, "facts", delegators=case.facts.delegators - {one}) for one in case.facts.delegators]
    for kind, level in case.facts.supervision.items():
        weaker = {**case.facts.supervision, kind: level - 1}
        less.append(changed(case, "facts", supervision=weaker))
        less.append(changed(case, "facts", supervision={k: v for k, v in weaker.items() if k != kind}))
    less += [
        changed(case, "who", credentials=tuple(h for h in case.who.credentials if h != one))
        for one in case.who.credentials
    ]
    less.append(changed(case, "who", skills={}))
    less.append(changed(case, "who", person=False))
    less += [changed(case, "who", roles=case.who.roles - {role}) for role in case.who.roles]
    for one in less:
        assert rank(one) <= before, (case, one)


@settings(max_examples=400, deadline=None)
@given(cases(), st.sampled_from(KINDS), st.sampled_from(NAMES))
def test_more_of_what_speaks_for_it_never_closes(case, kind, name):
    before = rank(case)
    more = [
        changed(case, "facts", orders=case.facts.orders | {"standing"}),
        changed(case, "facts", orders=case.facts.orders | {"patient_specific"}),
        changed(case, "facts", delegators=case.facts.delegators | {kind}),
        changed(case, "facts", supervision={**case.facts.supervision, kind: 3}),
        changed(case, "who", credentials=(*case.who.credentials, rules.Held(name))),
        changed(case, "who", skills=dict.fromkeys(case.who.skills, rules.Skill(999, 99, True))),
        dataclasses.replace(case, policies=dict.fromkeys(case.who.skills, (policy_of(case.state),))),
    ]
    for one in more:
        assert rank(one) >= before, (case, one)


NARROWINGS = st.builds(
    rules.Narrowing,
    st.booleans(),
    st.integers(0, 3),
    st.sampled_from(["", "either", "standing", "patient_specific"]),
    st.sampled_from([0, 5, 500]),
    st.sampled_from([0, 5, 500]),
    st.sampled_from([(), ("CMA (AAMA)",)]),
    st.sampled_from([(), ("MD",), ("NP", "PA")]),
)


@settings(max_examples=300, deadline=None)
@given(cases(("medical-assistant", "nurse", "front-desk")), NARROWINGS)
def test_a_practices_narrowing_never_opens(case, narrows):
    signed = dataclasses.replace(case, policies={act: (policy_of(case.state),) for act in case.who.skills})
    narrowed = dataclasses.replace(case, policies={act: (policy_of(case.state, narrows),) for act in case.who.skills})
    both = dataclasses.replace(
        case, policies={a: (policy_of(case.state), policy_of(case.state, narrows)) for a in case.who.skills}
    )
    assert rank(narrowed) <= rank(signed) and rank(both) == rank(narrowed)
    if narrows.forbidden and rules.decide(signed).decision == "allow":
        assert rules.decide(narrowed).decision == "needs"


@settings(max_examples=300, deadline=None)
@given(cases(("medical-assistant", "front-desk", "student", "biller")))
def test_what_a_state_prohibits_stays_prohibited_whatever_is_there(case):
    data = reader.read(case.state[3:])
    if (
        any(a["act"] == case.act and a["rule"] == "prohibited" for a in data["acts"])
        and case.act in rules.acts().clinical
    ):
        assert rules.decide(case).decision == "deny"


@settings(max_examples=300, deadline=None)
@given(cases())
def test_controlled_and_vaccine_bind_on_top_and_never_loosen(case):
    plain = changed(case, "facts", controlled=False, vaccine=False)
    assert rank(case) <= rank(plain)
    if case.facts.controlled and case.act.startswith("injection."):
        alone = dataclasses.replace(plain, act="medication.controlled")
        assert rank(case) <= rank(alone)


@settings(max_examples=300, deadline=None)
@given(cases(("medical-assistant", "nurse", "physician", "front-desk", "manager")))
def test_software_is_never_wider_than_a_person_in_the_same_role(case):
    software = changed(case, "who", person=False)
    assert rank(software) <= rank(case)
    if case.act in rules.acts().clinical and rules.acts().clinical[case.act].hands_on:
        assert rules.decide(software).decision == "deny"


@settings(max_examples=300, deadline=None)
@given(cases())
def test_every_no_says_why_and_every_not_yet_says_what_would_do(case):
    ruling = rules.decide(case)
    assert ruling.rule and ruling.reasons and all(reason.text for reason in ruling.reasons)
    assert bool(ruling.needs) == (ruling.decision == "needs")
    assert all(need.code and need.text.endswith((".", "”")) for need in ruling.needs)
    urls = {source["url"] for source in reader.read(case.state[3:])["sources"]}
    assert all(reason.url in urls for reason in ruling.reasons if reason.url)


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(1, 2000))
def test_an_overdue_review_and_an_unsigned_day_count_as_no_policy(case, days):
    hash = rules.state(case.state).hash
    overdue = rules.Policy(hash, TODAY - timedelta(days=3000), TODAY - timedelta(days=days))
    early = rules.Policy(hash, TODAY + timedelta(days=days), TODAY + timedelta(days=3000))
    without = rules.decide(dataclasses.replace(case, policies={}))
    for one in (overdue, early):
        assert rules.decide(dataclasses.replace(case, policies={case.act: (one,)})) == without
