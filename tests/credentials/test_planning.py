"""The planner: personas whose ways were written by hand from the data, and what must hold for everybody."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from medassist.domain.credentials import rules
from medassist.domain.credentials.rules.asks import KNOWN

FILE = json.loads((Path(__file__).parent / "personas.json").read_text())
ON = date.fromisoformat(FILE["on"])
BOOK = rules.book()
STATES = ("US-TX", "US-CA", "US-WA", "US-SD", "US-ND")


def name(way):
    return f"{way.credential}.{way.route}"


def by_name(ways):
    return {name(way): way for way in ways}


@pytest.mark.parametrize("one", FILE["personas"], ids=lambda one: one["who"])
def test_a_persona_gets_the_ways_that_were_written_by_hand(one):
    person, wrong = rules.read(one["asked"], BOOK, ON)
    assert not wrong
    found = rules.survey(person, BOOK, ON)
    ways = by_name(found.ways)
    assert sorted(key for key, way in ways.items() if way.open == "today") == one["today"], one["why"]
    assert sorted(name(way) for way in found.closed) == one["closed"], one["why"]
    for key, day in one["later"].items():
        assert ways[key].open == "later", (key, one["why"])
        assert ways[key].earliest == (day and date.fromisoformat(day)), (key, ways[key].earliest, one["why"])
    assert not set(one["absent"]) & {*ways, *one["closed"]}
    assert {key: ways[key].closes.on.isoformat() for key in one["closes"]} == one["closes"], one["why"]
    assert {key: ways[key].cost.total for key in one["cost"]} == one["cost"], one["why"]


def test_there_are_forty_personas_or_more_and_each_says_why():
    assert len(FILE["personas"]) >= 40
    assert all(len(one["why"]) > 20 for one in FILE["personas"])
    assert len({one["who"] for one in FILE["personas"]}) == len(FILE["personas"])


days = st.dates(date(2012, 1, 1), ON)


@st.composite
def persons(draw):
    """Somebody of whom nothing is said that cannot be."""
    education = draw(st.sampled_from(list(rules.EDUCATION)))
    schooled = education not in ("none", "high-school")
    months = draw(st.integers(0, 130))
    person = rules.Person(
        state=draw(st.sampled_from(STATES)),
        education=education,
        graduated=draw(st.none() | days) if schooled else None,
        experience_months=months,
        worked_until=draw(st.none() | days) if months else None,
        failed={k: rules.Tries(n) for k, n in draw(st.dictionaries(codes, st.integers(1, 6), max_size=2)).items()},
        lapsed=draw(st.dictionaries(codes, days, max_size=2)),
        hours_week=draw(st.none() | st.integers(1, 60)),
        budget=draw(st.none() | st.integers(0, 2000)),
    )
    assert not rules.faults(person, BOOK, ON)
    return person


codes = st.sampled_from(list(BOOK.credentials))


def later(one, other):
    """Whether a first day is not before another; no known day counts as never."""
    return (one or date.max) >= (other or date.max)


@settings(max_examples=150, deadline=None)
@given(persons(), st.integers(1, 60))
def test_more_work_never_removes_a_way_nor_puts_it_off(person, more):
    before = by_name(rules.plan(person, BOOK, ON))
    after = by_name(rules.plan(replace(person, experience_months=person.experience_months + more), BOOK, ON))
    assert before.keys() <= after.keys()
    for key, way in before.items():
        assert later(way.earliest, after[key].earliest), key
        assert way.open != "today" or after[key].open == "today", key


@settings(max_examples=150, deadline=None)
@given(persons(), st.integers(1, 2000))
@example(  # the work that counts grows old while one waits for the next try, and may be done anew meanwhile
    rules.Person("US-TX", "high-school", experience_months=12, worked_until=date(2025, 1, 1),
                 failed={"CCMA-NHA": rules.Tries(3)}), 37,
)  # fmt: skip
def test_asking_later_never_makes_a_first_day_earlier(person, wait):
    before = by_name(rules.plan(person, BOOK, ON))
    # tries whose day is not said are counted from the day of asking, and so are waited for again
    after = by_name(rules.plan(person, BOOK, ON + timedelta(days=wait)))
    for key in before.keys() & after.keys():
        assert later(after[key].earliest, before[key].earliest), key


def test_what_is_missing_on_the_day_of_the_next_try_is_worked_while_one_waits():
    person = rules.Person("US-TX", "high-school", experience_months=12, worked_until=date(2025, 1, 1),
                          failed={"CCMA-NHA": rules.Tries(3)})  # fmt: skip
    way = by_name(rules.plan(person, BOOK, ON))["CCMA-NHA.work"]
    [work] = [step for step in way.steps if step.on]
    # of the work before, one month lies within three years of the next try, a year from now: eleven are missing
    assert way.earliest == date(ON.year + 1, ON.month, ON.day)
    assert work.what == "Work 11 months more as a medical assistant" and work.on < way.earliest


@settings(max_examples=100, deadline=None)
@given(persons(), st.integers(1, 40))
def test_more_hours_a_week_never_put_a_way_off(person, more):
    few = replace(person, hours_week=person.hours_week or 10)
    before, after = (by_name(rules.plan(p, BOOK, ON)) for p in (few, replace(few, hours_week=few.hours_week + more)))
    assert before.keys() == after.keys()
    assert all(later(before[key].earliest, after[key].earliest) for key in before)


@settings(max_examples=100, deadline=None)
@given(persons())
def test_a_higher_budget_changes_no_way_and_one_more_failed_try_opens_none(person):
    plain = by_name(rules.plan(person, BOOK, ON))
    assert plain.keys() == by_name(rules.plan(replace(person, budget=1_000_000), BOOK, ON)).keys()
    more = {code: rules.Tries(tries.count + 1) for code, tries in person.failed.items()}
    worse = by_name(rules.plan(replace(person, failed=more), BOOK, ON))
    assert worse.keys() <= plain.keys()
    assert all(later(worse[key].earliest, plain[key].earliest) for key in worse)


@settings(max_examples=100, deadline=None)
@given(persons())
def test_every_way_names_a_source_and_its_days_agree(person):
    found = rules.survey(person, BOOK, ON)
    for way in found.ways:
        assert way.sources and all(source.url and source.as_of for source in way.sources), name(way)
        assert way.confidence and way.steps
        assert (way.open == "today") == (way.earliest is not None and way.earliest <= ON)
        assert way.open == "today" or way.reason, name(way)
        assert way.earliest is None or way.closes is None or way.earliest <= way.closes.on
        for part in way.cost.parts:
            assert part.source and part.source.url and part.confidence
    for way in found.closed:
        assert way.reason and way.earliest is None
    assert len({name(way) for way in (*found.ways, *found.closed)}) == len(found.ways) + len(found.closed)


@settings(max_examples=60, deadline=None)
@given(persons())
def test_what_was_said_reads_back_the_same(person):
    again, wrong = rules.read(rules.texts(person), BOOK, ON)
    assert not wrong and again == person


@settings(max_examples=60, deadline=None)
@given(persons())
def test_a_plan_is_plain_json(person):
    for way in rules.plan(person, BOOK, ON):
        shown = rules.plain(way)
        assert json.loads(json.dumps(shown)) == shown
        assert shown["cost"] == "unknown" or shown["cost"]["total"] == sum(p["usd"] for p in shown["cost"]["parts"])


def test_every_price_and_number_of_a_way_stands_in_the_data():
    """No price is ours: each is a fee, a renewal fee or a reactivation fee of the file."""
    usd = {fee.usd for one in BOOK.credentials.values() for fee in one.fees} | {169, 200, 75, 50}
    person, _ = rules.read({"state": "US-CA", "education": "high-school", "experience_months": "60"}, BOOK, ON)
    for way in rules.plan(replace(person, lapsed=dict.fromkeys(BOOK.credentials, ON)), BOOK, ON):
        assert {part.usd for part in way.cost.parts} <= usd, name(way)


def test_every_route_of_the_data_is_read_and_every_requirement_known():
    for one in BOOK.credentials.values():
        for route in one.routes:
            assert route.kind, (one.code, route.code)
            assert set(route.requires) <= KNOWN, (one.code, route.code)
            fee = route.reading.get("fee")
            assert fee is None or fee in {claim.who for claim in one.fees}, (one.code, route.code)


def test_two_issuers_of_one_name_are_two_credentials():
    nha, board = BOOK.credentials["CCMA-NHA"], BOOK.credentials["CCMA-CCBMA"]
    assert nha.issuer != board.issuer and board.states == ("US-CA",) and nha.states == ()
    assert BOOK.credentials["NCMA-NCCT"].issuer != BOOK.credentials["RCMAS-NCMA"].issuer


BAD = [
    ({"state": "US-ZZ"}, "state", "no state US-ZZ"),
    ({"state": ""}, "state", "no state"),
    ({"state": "US-TX", "education": "wizardry"}, "education", "Education is one of"),
    ({"state": "US-TX", "education": "program-other", "graduated": "2027-01-01"}, "graduated", "not there yet"),
    ({"state": "US-TX", "education": "program-other", "graduated": "2026-02-30"}, "graduated", "is not a day"),
    ({"state": "US-TX", "education": "program-other", "finishes": "2025-01-01"}, "finishes", "is over"),
    (
        {"state": "US-TX", "education": "program-other", "graduated": "2026-01-01", "finishes": "2027-01-01"},
        "finishes",
        "not both",
    ),
    ({"state": "US-TX", "education": "high-school", "graduated": "2026-01-01"}, "graduated", "belongs to a program"),
    ({"state": "US-TX", "experience_months": "-1"}, "experience_months", "cannot be"),
    ({"state": "US-TX", "experience_months": "many"}, "experience_months", "not a whole number"),
    ({"state": "US-TX", "hours_week": "0"}, "hours_week", "1 to 168"),
    ({"state": "US-TX", "hours_week": "200"}, "hours_week", "1 to 168"),
    ({"state": "US-TX", "budget": "-5"}, "budget", "cannot be"),
    ({"state": "US-TX", "worked_until": "2026-01-01"}, "worked_until", "say how many"),
    ({"state": "US-TX", "experience_months": "5", "worked_until": "2027-01-01"}, "worked_until", "not there yet"),
    ({"state": "US-TX", "failed": "CMA=1"}, "failed", "No certification is called CMA. Did you mean"),
    ({"state": "US-TX", "failed": "CMA-AAMA=-1"}, "failed", "cannot be"),
    ({"state": "US-TX", "failed": "CMA-AAMA"}, "failed", "can't be read"),
    ({"state": "US-TX", "failed": "CMA-AAMA=1@2027-01-01"}, "failed", "cannot be"),
    ({"state": "US-TX", "lapsed": "RMA-AMT=2027-01-01"}, "lapsed", "not lapsed yet"),
    ({"state": "US-TX", "lapsed": "RMA-AMT=soon"}, "lapsed", "can't be read"),
    ({"state": "US-TX", "lapsed": "CCMA=2026-01-01"}, "lapsed", "No certification is called CCMA"),
    ({"state": "US-TX", "education": "program-other", "accreditor": "CAHEP"}, "accreditor", "Did you mean CAAHEP?"),
    ({"state": "US-TX", "education": "program-other", "accreditor": "CAAHEP"}, "accreditor", "is an accredited one"),
    (
        {"state": "US-TX", "education": "program-accredited", "accreditor": "Higher Learning Commission"},
        "accreditor",
        "accredits schools",
    ),
    ({"state": "US-TX", "education": "high-school", "accreditor": "ABHES"}, "accreditor", "belongs to a program"),
]


@pytest.mark.parametrize(("asked", "field", "text"), BAD)
def test_what_cannot_be_is_said_beside_its_field(asked, field, text):
    _, wrong = rules.read(asked, BOOK, ON)
    assert text in " ".join(wrong[field]), wrong
    assert set(wrong) == {field}
