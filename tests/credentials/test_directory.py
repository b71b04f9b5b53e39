"""The directory as it is shown, and in the planner: each field with its source, clashes beside it. Rows are made up."""

import json
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client

from medassist.domain.credentials import queries, rules
from medassist.domain.credentials.queries import taken
from medassist.interfaces.cli import credentials as planned
from medassist.interfaces.cli import house
from tests.credentials.given import AWARDS, CHARGES, DAY, END, LATER, NONE, SCHOOL, described, fresh, take, told
from tests.delegation.given import Office

__all__ = ["fresh"]
PRICE = CHARGES + "999001,1,510801,R,15250,R,1200,R,720,1,R,10" + NONE * 5 + END
ASKED = {"state": "US-OH", "education": "high-school", "budget": "5000"}


def made_up(**parts):
    """A shipped program that is not there."""
    start = {
        "school": "Made-up College", "program": "MA", "city": "", "state": "OH", "unitid": "999001", "as_of": "2014",
        "tuition_usd": "900", "institutional_accreditor": "ACICS", "freshness": "old", "delivery": "",
    }  # fmt: skip
    return replace(rules.programs()[0], **{**start, **parts})


def only(directory, **parts):
    found = [one for one in directory.entries if all(getattr(one, name) == value for name, value in parts.items())]
    assert len(found) == 1
    return found[0]


def test_without_a_list_the_directory_is_the_file_in_its_order_and_has_no_stamp():
    found = rules.directory(rules.programs(), (), "x")
    assert (found.stamp, found.lists) == ("", ())
    for one, shipped in zip(found.entries, rules.programs(), strict=True):
        assert all(getattr(one, name) == getattr(shipped, name) for name in ("line", *rules.checks.COLUMNS))
        assert not one.told and not one.otherwise


def test_a_program_of_which_no_list_tells_anything_stays_as_the_file_has_it():
    found = rules.directory([made_up(unitid="")], told("ipeds-completions", AWARDS), "x")
    one = only(found, program="MA")
    assert (one.as_of, one.freshness, one.told) == ("2014", "old", {})
    assert len(found.entries) == 2 and found.lists == (("ipeds-completions", DAY),)


def test_the_newest_day_counts_and_what_another_page_tells_stands_beside_it():
    row = described(school="Made-up College", program="MA", city="", tuition_usd="1100", delivery="online")
    one = only(rules.directory([made_up()], told("csv", row), "x"), program="MA")
    assert (one.tuition_usd, one.told["tuition_usd"].layout, one.told["tuition_usd"].as_of) == (
        "1100", "csv", date(2024, 5, 1),
    )  # fmt: skip
    assert [(other.value, other.layout) for other in one.otherwise["tuition_usd"]] == [("900", rules.SHIPPED)]
    assert "delivery" not in one.otherwise and one.freshness == "recent"


def test_of_one_day_the_later_list_counts_and_the_other_is_not_lost():
    first, second = described(tuition_usd="900"), described(tuition_usd="950", source_url="https://other.example")
    one = only(rules.directory([], [*told("csv", first), *told("csv", second)], "x"))
    assert one.tuition_usd == "950"
    assert [(other.value, other.url) for other in one.otherwise["tuition_usd"]] == [
        ("900", "https://made-up.example/ma")
    ]


def test_the_same_page_read_again_and_the_same_value_in_other_letters_are_no_clash():
    again = described(tuition_usd="950", award="certificate", as_of="2025-05-01")
    same = described(tuition_usd="950", award="CERTIFICATE", source_url="https://other.example")
    lists = [described(tuition_usd="900", award="certificate"), again, same]
    facts = [one for text in lists for one in told("csv", text)]
    one = only(rules.directory([], facts, "x"))
    assert one.tuition_usd == "950" and not one.otherwise.get("award") and not one.otherwise.get("tuition_usd")


def test_a_page_and_the_school_s_list_that_place_it_elsewhere_are_both_shown():
    scorecard = told("scorecard", SCHOOL.replace("NULL,www", "HLC,www"), LATER)
    one = only(rules.directory([made_up(city="Otherville")], scorecard, "x"), program="MA")
    assert one.city == "Otherville" and [other.value for other in one.otherwise["city"]] == ["Elmville"]
    assert one.institutional_accreditor == "HLC"
    assert [other.value for other in one.otherwise["institutional_accreditor"]] == ["ACICS"]
    assert "school" not in one.otherwise and "url" not in one.otherwise


def test_a_list_that_no_longer_tells_a_field_leaves_it_not_found():
    gone = [replace(one, value="", as_of=LATER) for one in told("ipeds-charges", PRICE) if one.field == "tuition_usd"]
    one = only(rules.directory([], [*told("ipeds-charges", PRICE), *gone], "x"))
    assert one.tuition_usd == "" and "tuition_usd" not in one.told and one.books_usd == "1200"


def test_awards_are_counted_by_level_and_every_accreditor_opens_what_it_opens():
    one = only(rules.directory([], told("ipeds-completions", AWARDS), "x"))
    assert one.awarded == (
        ("8", "associate", "associate's degree"),
        ("40", "certificate", "12 weeks to less than 1 year"),
    )
    assert one.opens == () and one.accreditors == ()
    both = only(rules.directory([], told("csv", described(accreditor="CAAHEP; ABHES")), "x"))
    assert both.accreditors == ("CAAHEP", "ABHES") and "CMA-AAMA" in both.opens


def test_every_field_has_one_source_and_fields_of_one_list_stand_together():
    facts = [*told("ipeds-completions", AWARDS), *told("scorecard", SCHOOL, LATER)]
    one = only(rules.directory([], facts, "x"))
    groups = {(source.layout, source.as_of): set(names) for source, names in rules.sources(one)}
    assert groups == {
        ("ipeds-completions", DAY): {"awarded_3", "awarded_21", "program", "unitid"},
        ("scorecard", LATER): {"school", "city", "state", "url"},
    }


# the planner


@pytest.fixture
def office(transactional_db, fresh):
    return Office()


def ways(**parts):
    return Client().get("/guide/ways", {**ASKED, **parts}).content.decode()


def test_the_planner_of_an_office_without_a_list_names_no_program(office):
    assert 'id="programs"' not in ways()


def test_the_planner_shows_programs_of_the_state_with_source_and_day_of_each_field(office):
    take(office, text=AWARDS)
    take(office, "ipeds-charges", PRICE, LATER)
    take(office, "scorecard", SCHOOL, LATER)
    page = ways()
    panel = page.partition('id="programs"')[2].partition("</table>")[0]
    assert "Made-up College" in panel and "15250 USD" in panel and "10 months" in panel
    assert "over your budget" in panel and "not found" in panel and "awards counted: 40 certificate" in panel
    number = panel.partition("15250 USD")[2].partition("#src-")[2].partition('"')[0]
    source = page.partition(f'<li id="src-{number}"')[2].partition("</li>")[0]
    assert "https://nces.ed.gov/ipeds" in source and "2025-06-30" in source and "program charges" in source
    assert len(page.encode()) < 100_000
    found = queries.survey(queries.read(ASKED, queries.book(), queries.office_day())[0])
    first = next(f"{way.credential}.{way.route}" for way in found.ways if queries.begins_with_program(way))
    assert 'href="#programs"' in ways(compare=first)
    assert 'id="programs"' not in ways(state="US-TX")  # no list tells anything of Texas


def test_the_planner_shows_a_clash_and_what_opens_something_first(office):
    take(office, "ipeds-charges", PRICE, LATER)
    take(office, "scorecard", SCHOOL, LATER)
    take(office, "csv", described(school="Other College", accreditor="CAAHEP", tuition_usd="16000"))
    take(office, "csv", described(school="Other College", accreditor="CAAHEP", tuition_usd="17000",
                                  source_url="https://other.example"))  # fmt: skip
    panel = ways().partition('id="programs"')[2].partition("</table>")[0]
    assert panel.index("Other College") < panel.index("Made-up College")
    assert "17000 USD" in panel and "told otherwise: 16000" in panel and "CMA-AAMA" in panel


def test_who_needs_no_program_is_shown_none(office):
    take(office, "csv", described())
    person, wrong = queries.read({"state": "US-OH"}, queries.book(), queries.office_day())
    found = queries.survey(person)
    assert not wrong and queries.offers(found, queries.programs_now(), "US-OH")
    without = replace(found, ways=tuple(way for way in found.ways if not queries.begins_with_program(way)))
    assert queries.offers(without, queries.programs_now(), "US-OH") == ()


def test_many_programs_leave_the_page_small_and_lead_to_the_guide(office):
    rows = described(school="School 0")
    rows += "".join(described(school=f"School {at}").splitlines()[1] + "\n" for at in range(1, 40))
    take(office, "csv", rows)
    page = ways()
    assert "28 more, and every program of Ohio" in page and 'href="/guide/programs/US-OH"' in page
    assert len(page.encode()) < 100_000


# the command


def plan(*words):
    return CliRunner().invoke(planned.credentials, ["plan", "--state", "US-OH", "--education", "high-school", *words])


@pytest.fixture
def reached(monkeypatch):
    """The commands find the tests' database."""
    parts = connection.settings_dict
    names = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}
    address = " ".join(f"{name}='{parts[key]}'" for name, key in names.items())
    monkeypatch.setattr(house, "address", lambda: address)


def test_the_command_names_programs_once_a_list_was_taken(office, reached):
    before = plan("--json").stdout
    assert "programs" not in json.loads(before)
    take(office, "ipeds-charges", PRICE, LATER)
    take(office, "scorecard", SCHOOL, LATER)
    answer = json.loads(plan("--json").stdout)
    [one] = answer.pop("programs")
    assert one["school"] == "Made-up College" and one["award"] == "not found"
    assert one["fields"]["tuition_usd"] == {
        "value": "15250", "source": "ipeds-charges", "url": "https://nces.ed.gov/ipeds", "as_of": "2025-06-30",
    }  # fmt: skip
    assert answer == json.loads(before)
    text = plan().output
    assert "Program: Made-up College" in text
    assert "tuition_usd: 15250  (ipeds-charges, 2025-06-30, https://nces.ed.gov/ipeds)" in text


def test_the_command_answers_without_a_database_and_says_so(office, monkeypatch):
    take(office, "csv", described())
    monkeypatch.setattr(house, "address", lambda: "postgresql://nobody@/nothing?host=/nowhere")
    done = plan("--json")
    assert done.exit_code == 0 and "programs are the shipped ones" in done.stderr
    assert "programs" not in json.loads(done.stdout)


def test_an_office_that_was_never_opened_is_not_opened_for_a_plan(monkeypatch, tmp_path):
    monkeypatch.delenv("MEDASSIST_DATABASE_URL")
    monkeypatch.setenv("MEDASSIST_HOME", str(tmp_path / "none"))
    assert plan("--json").exit_code == 0 and not (tmp_path / "none").exists()


def test_the_stamp_tells_every_list_and_nothing_is_read_again_while_it_is_the_same(office):
    assert taken.programs_stamp() == ""
    take(office, "csv", described())
    first = queries.read_programs()
    assert first.stamp and queries.read_programs(first) is first
    take(office, text=AWARDS)
    assert queries.read_programs(first).stamp not in ("", first.stamp)
