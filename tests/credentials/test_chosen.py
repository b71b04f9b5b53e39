"""Ways that begin with a program somebody chose: cases by hand, what holds for everybody, and what lists add."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from medassist.domain.credentials import rules
from medassist.domain.credentials.rules.dates import after_months
from medassist.interfaces.cli import credentials as planned
from medassist.interfaces.cli import programs as lists
from tests.credentials.given import CHARGES, END, NONE, SCHOOL, described, told
from tests.credentials.test_planning import BOOK, ON, by_name, name, persons

FILE = json.loads((Path(__file__).parent / "choices.json").read_text())
SHIPPED = rules.directory(rules.programs(), ())
CHIPPEWA = "program/chippewa valley technical college|medical assistant|eau claire|wi"
SANDBURG = "program/carl sandburg college|medical assistant|galesburg|il"
ASKED = {"state": "US-WI", "education": "high-school"}


def surveyed(asked, directory=SHIPPED):
    person, wrong = rules.read(asked, BOOK, ON, directory)
    assert not wrong
    return person, rules.survey(person, BOOK, ON, directory.chosen(person.programs))


def joined(person, found):
    """The ways with a program, by name and the program's place."""
    return {f"{name(way)}.{person.programs.index(way.program.key)}": way for way in found.ways if way.program}


@pytest.mark.parametrize("one", FILE["choices"], ids=lambda one: one["who"])
def test_a_choice_gets_the_days_and_costs_that_were_written_by_hand(one):
    assert date.fromisoformat(FILE["on"]) == ON
    person, found = surveyed(one["asked"])
    ways = joined(person, found)
    for key, (day, total) in one["ways"].items():
        assert ways[key].earliest == (day and date.fromisoformat(day)), (key, ways[key].earliest, one["why"])
        assert ways[key].cost.total == total, (key, one["why"])
    assert bool(ways) == bool(one["ways"]), one["why"]
    assert {key: list(ways[key].cost.unknown) for key in one["unknown"]} == one["unknown"]
    assert [key for key in one["over"] if ways[key].within_budget is not False] == []
    assert all(way.program is None for way in found.ways if name(way) in one["alone"])
    assert set(one["alone"]) <= {name(way) for way in found.ways}


def test_each_choice_says_why():
    assert len(FILE["choices"]) >= 8 and all(len(one["why"]) > 20 for one in FILE["choices"])


choices = st.lists(st.sampled_from(SHIPPED.entries), min_size=1, max_size=4, unique_by=lambda one: one.key)


@settings(max_examples=150, deadline=None)
@given(persons(), choices, st.none() | st.dates(ON, date(2030, 1, 1)))
def test_a_choice_removes_no_way_invents_no_cost_and_every_number_names_its_source(person, programs, starts):
    person = replace(person, starts=starts)
    plain = rules.survey(person, BOOK, ON)
    found = rules.survey(replace(person, programs=tuple(one.key for one in programs)), BOOK, ON, programs)
    before = by_name(plain.ways)
    assert {name(way) for way in found.ways} == set(before) and found.closed == plain.closed
    assert [way for way in found.ways if not way.program] == [
        way for way in plain.ways if name(way) not in {name(one) for one in found.ways if one.program}
    ]
    for way in (way for way in found.ways if way.program):
        own = [part for part in way.cost.parts if part not in before[name(way)].cost.parts]
        assert sum(part.usd for part in own) == int(way.program.tuition_usd or 0)
        assert bool(own) == bool(way.program.tuition_usd)
        assert all(part.source.url == way.program.source_url and part.source in way.sources for part in own)
        assert "program" in " ".join(way.cost.unknown)  # no page of the file states books and fees
        assert way.earliest is None or way.earliest >= (starts or ON)
        if way.program.length_months and way.earliest:
            assert after_months(starts or ON, int(way.program.length_months)) <= way.earliest
        assert json.loads(json.dumps(rules.plain(way)))["program"] == way.program.key


@settings(max_examples=60, deadline=None)
@given(persons(), choices, st.none() | st.dates(ON, date(2030, 1, 1)))
def test_a_choice_reads_back_the_same(person, programs, starts):
    person = replace(person, programs=tuple(one.key for one in programs), starts=starts)
    again, wrong = rules.read(rules.texts(person), BOOK, ON, SHIPPED)
    assert not wrong and again == person


def test_books_and_fees_of_a_list_are_counted_and_nothing_is_left_open():
    slot = '"51.0801",R,15000,R,250,R,900,1,R,10'
    charges = told("ipeds-charges", CHARGES + f"999001,1,{slot}{NONE * 5}{END}")
    school = told("scorecard", SCHOOL)
    directory = rules.directory(rules.programs(), [*charges, *school], "x")
    person, found = surveyed({"state": "US-OH", "education": "high-school", "program": "cip/999001"}, directory)
    way = joined(person, found)["CCMA-NHA.education.0"]
    assert [part.usd for part in way.cost.parts] == [15000, 250, 155] and not way.cost.unknown
    assert way.earliest == date(2027, 9, 26)
    assert {part.source.kind for part in way.cost.parts[:2]} == {"IPEDS program charges (ICyyyy_PY)"}


def test_what_another_source_says_of_the_tuition_stands_beside_it():
    facts = told("csv", described(accreditor="CAAHEP", tuition_usd="16000"))
    facts += told("csv", described(tuition_usd="17000", source_url="https://other.example", as_of="2025-01-01"))
    directory = rules.directory([], facts, "x")
    key = directory.entries[0].key
    person, found = surveyed({"state": "US-OH", "education": "high-school", "program": key}, directory)
    tuition = joined(person, found)["CMA-AAMA.cat1.0"].cost.parts[0]
    assert tuition.usd == 17000 and tuition.also == ("16000 dollars by https://made-up.example/ma.",)


def test_a_list_of_impossible_numbers_tells_no_day_and_no_price():
    directory = rules.directory([], told("csv", described(length_months="99999999", tuition_usd="99999999")), "x")
    key = directory.entries[0].key
    person, found = surveyed({"state": "US-OH", "education": "high-school", "program": key}, directory)
    way = joined(person, found)["RMA-AMT.education.0"]
    assert way.earliest is None and way.cost.total == 150


BAD = [
    ({"program": "nonsense"}, "program", "No program has the key nonsense"),
    ({"program": [f"x{at}" for at in range(5)]}, "program", "At most 4 programs"),
    ({"starts": "2026-11-25"}, "starts", "is over"),
    ({"starts": "soon"}, "starts", "is not a day"),
    ({"starts": "9999-12-31"}, "starts", "too far ahead"),
    ({"education": "program-other", "finishes": "9999-12-31"}, "finishes", "too far ahead"),
]


@pytest.mark.parametrize(("asked", "field", "text"), BAD)
def test_a_choice_that_cannot_be_is_said_beside_its_field(asked, field, text):
    _, wrong = rules.read(ASKED | asked, BOOK, ON, SHIPPED)
    assert set(wrong) == {field} and text in " ".join(wrong[field])


def test_the_seed_is_offered_when_it_is_asked_for_and_its_old_pages_when_they_are():
    _, found = surveyed(ASKED)
    assert rules.offers(found, SHIPPED, "US-WI") == ()
    seed, old = (rules.offers(found, SHIPPED, "US-WI", True, with_old) for with_old in (False, True))
    assert CHIPPEWA in {one.key for one in seed} and {one.freshness for one in seed} < {one.freshness for one in old}
    assert not any("apprentice" in one.program.casefold() for one in old)


# the command


@pytest.fixture(autouse=True)
def no_office(monkeypatch):
    monkeypatch.setattr(lists, "now", lambda: SHIPPED)


def plan(*words):
    start = ["plan", "--state", "US-WI", "--education", "high-school", "--on", ON.isoformat()]
    return CliRunner().invoke(planned.credentials, [*start, *words])


def test_the_command_tells_the_ways_with_each_program_and_the_same_without_one():
    answer = json.loads(plan("--program", CHIPPEWA, "--program", SANDBURG, "--budget", "6000", "--json").stdout)
    ways = [way for way in answer["ways"] if way["credential"] == "RMA-AMT" and way["route"] == "education"]
    assert [way["program"] for way in ways] == [CHIPPEWA, SANDBURG]
    assert [way["cost"]["total"] for way in ways] == [6590, 150] and ways[0]["within_budget"] is False
    assert [one["key"] for one in answer["chosen"]] == [CHIPPEWA, SANDBURG]
    assert answer["chosen"][0]["fields"]["tuition_usd"]["as_of"] == "2020"
    assert answer["asked"]["program"] == [CHIPPEWA, SANDBURG]
    without = json.loads(plan("--json").stdout)
    assert "chosen" not in without and "programs" not in without and not any("program" in w for w in without["ways"])


def test_the_command_says_the_program_its_price_and_source_in_words():
    text = plan("--program", CHIPPEWA).stdout
    assert "With Medical Assistant, Chippewa Valley Technical College" in text
    assert "Tuition of the program: 6440 USD  (2020, https://www.leadertelegram.com" in text


def test_the_seed_is_told_with_its_keys_on_request():
    text = plan("--seed").stdout
    assert f"  key: {CHIPPEWA}" in text and "Rasmussen" not in text
    assert "Rasmussen" in plan("--seed", "--old").stdout and "Program:" not in plan().stdout


def test_an_unknown_program_ends_with_2_and_says_what_to_do():
    done = plan("--program", "nonsense")
    assert done.exit_code == 2 and "medassist programs list --json" in done.output


def test_a_closed_school_or_an_accreditation_that_ended_opens_no_day():
    row = described(accreditor="CAAHEP", length_months="9")
    facts = told("csv", row)
    key = rules.directory([], facts, "x").entries[0].key
    ended = [*facts, replace(facts[0], field="accreditor_ended", value="CAAHEP (2024-06-30)", as_of=date(2026, 1, 1))]
    person, found = surveyed({"state": "US-OH", "education": "high-school", "program": key},
                             rules.directory([], ended, "x"))  # fmt: skip
    way = joined(person, found)["CMA-AAMA.cat1.0"]
    assert way.earliest is None and "The accreditation ended: CAAHEP (2024-06-30)." in str(way)
