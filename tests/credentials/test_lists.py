"""Lists of programs: read by their layouts, compared, taken or not. The rows here are made up; the columns are not."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from django.db import InternalError, ProgrammingError

from medassist.domain.credentials import actions, queries, rules
from medassist.domain.credentials.models import ProgramFact, ProgramList
from medassist.interfaces.cli import house
from medassist.interfaces.cli import programs as command
from medassist.kernel.errors import Conflict, Invalid, Refused
from medassist.kernel.models import AuditEntry, Event
from tests.credentials.given import (
    AWARDS,
    CHARGES,
    COMPLETIONS,
    DAY,
    END,
    FIELDS,
    LATER,
    NONE,
    PROGRAMS,
    SCHOOL,
    described,
    given,
    read,
    told,
    values,
)
from tests.delegation.given import Office

# reading


def test_completions_tell_awards_in_51_0801_by_level_of_first_majors_alone():
    text = (
        AWARDS
        + '999001,"51.0801",2,3,R,5,R,1\n999003,510801,1,03,R,0,R,0\n999003,51.0801,1,5,R,7,R,0\n99,99,1,3,R,1,R,1\n'
    )
    assert values(told("ipeds-completions", text)) == {
        ("cip/999001", "awarded_21"): "40",
        ("cip/999001", "awarded_3"): "8",
    }


def test_charges_are_of_the_slot_that_holds_the_code_and_what_is_missing_is_not_told():
    second = CHARGES + "999001,2,120401,R,1,R,1,R,1,1,R,9,510801,R,15250,R,.,R,0720,1,R,10" + NONE * 4 + END
    found = told("ipeds-charges", "\ufeff" + second)
    assert values(found) == {
        ("cip/999001", "tuition_usd"): "15250",
        ("cip/999001", "length_months"): "10",
        ("cip/999001", "hours_or_credits"): "720 contact hours",
    }
    assert {(one.url, one.as_of, one.line, one.layout) for one in found} == {
        ("https://nces.ed.gov/ipeds", DAY, 2, "ipeds-charges")
    }


def test_the_institution_file_tells_name_place_and_address_and_null_is_nothing():
    assert values(told("scorecard", SCHOOL)) == {
        ("school/999001", "school"): "Made-up College",
        ("school/999001", "city"): "Elmville",
        ("school/999001", "state"): "OH",
        ("school/999001", "url"): "https://www.made-up.example",
    }


def test_a_described_program_keeps_its_own_address_and_day():
    found = told("csv", described(accreditor="CAAHEP", tuition_usd="900"))
    assert {(one.url, one.as_of) for one in found} == {("https://made-up.example/ma", date(2024, 5, 1))}
    assert values(found)["program/made-up college|medical assistant|elmville|oh", "accreditor"] == "CAAHEP"
    assert told("csv", described(as_of=""))[0].as_of == DAY


@pytest.mark.parametrize(
    ("layout", "text", "line", "column", "why"),
    [
        ("ipeds-completions", AWARDS.replace("CTOTALT,XCTOTALM", "TOTAL,XCTOTALM"), 1, 9, "CTOTALT is missing"),
        ("ipeds-completions", "UNITID," + AWARDS, 1, 2, "UNITID is there twice"),
        ("ipeds-completions", AWARDS.replace("R,8,", "R,eight,"), 3, 6, "eight is not"),
        ("ipeds-completions", AWARDS.replace('999002,"51.0802"', "999002,nursing"), 4, 2, "nursing is not"),
        ("ipeds-completions", AWARDS.replace('999001,"51.0801",1,21', '9990,"51.0801",1,21'), 2, 1, "9990 is not"),
        ("ipeds-completions", AWARDS + '999001,"51.0801",1,3,R,9,R,1\n', 5, 1, "stands in line 3 already"),
        ("ipeds-completions", AWARDS + "999001,51\n", 5, 3, "a row has 8 columns; this one has 2"),
        ("ipeds-completions", AWARDS + '999004,"51.0801', 5, 1, "no CSV"),
        ("ipeds-completions", AWARDS.encode() + b"99900\x81,51,1,3,R,1,R,1\n", 5, 6, "neither UTF-8"),
        ("csv", described(notes="\u00e9").encode("cp1252"), 2, 108, "no UTF-8"),
        ("ipeds-completions", "", 1, 1, "UNITID is missing"),
        ("ipeds-charges", CHARGES.replace("MTHCMP6", "MONTHS6"), 1, 65, "MTHCMP6 is missing"),
        ("ipeds-charges", CHARGES + "999001,1,510801,R,1,R,1,R,720,3,R,9" + NONE * 5 + END, 2, 10, "3 is not"),
        ("scorecard", FIELDS, 1, 7, "field of study file"),
        ("csv", PROGRAMS.replace("tuition_usd", "tuition"), 1, 10, "here stands tuition_usd"),
        ("csv", described(tuition_usd="cheap"), 2, 10, "cheap is not"),
        ("csv", described(state="ZZ"), 2, 4, "no state ZZ"),
        ("csv", described(accreditor="ACME"), 2, 7, "ACME is not"),
        ("csv", described(as_of="2024"), 2, 13, "2024 is not"),
        ("csv", described(source_url=""), 2, 12, "address"),
        ("csv", described(notes="x" * 501), 2, 1, "longer than 500"),
        ("csv", described(notes="a\0b"), 2, 18, "no text has"),
        ("csv", described(program=""), 2, 2, "names the program"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_line_and_column_and_nothing_is_told_of_the_rest(layout, text, line, column, why):
    found, faults = read(layout, text)
    assert found == []
    assert [(one.file, one.line, one.column) for one in faults] == [("list.csv", line, column)]
    assert why in faults[0].text


# differences


def test_differences_say_added_changed_confirmed_gone_unchanged_and_older():
    first = told("ipeds-completions", AWARDS)
    stands = rules.standing((), first)
    again = rules.differences("ipeds-completions", first, stands, DAY)
    assert (again.new, again.unchanged) == ((), 2)
    text = COMPLETIONS + "999001,51.0801,1,21,R,44,R,4\n999005,51.0801,1,21,R,5,R,0\n"
    next_year = rules.differences("ipeds-completions", told("ipeds-completions", text, LATER), stands, LATER)
    assert [(one.key, one.value) for one in next_year.added] == [("cip/999005", "5")]
    assert [(one.field, one.value) for one in next_year.changed] == [("awarded_21", "44")]
    assert [(one.field, one.value, one.as_of) for one in next_year.gone] == [("awarded_3", "", LATER)]
    same_later = rules.differences("ipeds-completions", told("ipeds-completions", AWARDS, LATER), stands, LATER)
    assert len(same_later.confirmed) == 2 and not same_later.changed
    after = rules.standing((), [*first, *next_year.new])
    late = rules.differences("ipeds-completions", first, after, DAY)
    assert (late.new, late.older) == ((), 2)


def test_a_school_without_a_program_is_left_out_and_a_described_list_ends_nothing():
    assert rules.differences("scorecard", told("scorecard", SCHOOL), {}, DAY).new == ()
    stands = rules.standing((), told("csv", described()))
    other = told("csv", described(school="Other College"))
    assert rules.differences("csv", other, stands, DAY).gone == ()


def test_each_field_of_a_program_keeps_its_own_source_and_a_school_fills_only_what_was_open():
    one = rules.programs()[0]
    shipped = replace(one, school="Made-up College", program="MA", city="", state="OH", url="https://own.example",
                      unitid="999001", as_of="", tuition_usd="", accreditor="")  # fmt: skip
    taken = [*told("ipeds-completions", AWARDS), *told("scorecard", SCHOOL, LATER)]
    rows = {row.key: row for row in rules.listed(rules.standing([shipped], taken))}
    own = rows["program/made-up college|ma||oh"]
    assert (own.value("url"), own.fields["url"].layout) == ("https://own.example", "programs.csv")
    assert (own.value("city"), own.fields["city"].layout, own.fields["city"].as_of) == ("Elmville", "scorecard", LATER)
    assert own.value("tuition_usd") == "" and own.award == shipped.award
    federal = rows["cip/999001"]
    assert (federal.value("school"), federal.award) == ("Made-up College", "associate; certificate")
    assert (federal.fields["awarded_3"].url, federal.fields["awarded_3"].as_of) == ("https://nces.ed.gov/ipeds", DAY)


def test_without_a_list_the_directory_is_the_shipped_file():
    shipped = rules.programs()
    rows = rules.listed(rules.standing(shipped, ()))
    assert sorted(row.key for row in rows) == sorted(rules.program_key(vars_of(one)) for one in shipped)


def vars_of(one):
    return {name: getattr(one, name) for name in ("school", "program", "city", "state")}


# taking


@pytest.fixture
def office(transactional_db):
    made = Office()
    made.ma = made.assistant()
    return made


def last():
    return AuditEntry.objects.filter(action="credentials.take_programs").order_by("-id").first().outcome


def test_what_is_new_is_taken_with_its_source(office):
    taken = actions.take_programs(office.ctx, given())
    assert (taken.layout, taken.as_of, taken.facts.count()) == ("ipeds-completions", DAY, 2)
    assert last() == "done"
    assert Event.objects.filter(name="credentials.programs_taken").count() == 1
    row = next(one for one in queries.directory() if one.key == "cip/999001")
    assert (row.value("awarded_3"), row.fields["awarded_3"].line) == ("8", 3)
    assert len(queries.directory()) == len(rules.programs()) + 1
    actions.take_programs(office.ctx, given("scorecard", SCHOOL, LATER))
    assert "cip/999001" in {one.key for one in queries.directory("OH")}


def test_an_assistant_does_not_take_lists(office):
    with pytest.raises(Refused):
        actions.take_programs(office.as_(office.ma), given())
    assert last() == "refused" and not ProgramList.objects.exists()


def test_the_same_key_twice_takes_it_once(office):
    ctx, asked = office.as_(office.manager, key="k"), given()
    assert actions.take_programs(ctx, asked) == actions.take_programs(ctx, asked)
    assert ProgramList.objects.count() == 1


def test_the_same_list_twice_takes_nothing(office):
    actions.take_programs(office.ctx, given())
    with pytest.raises(Conflict, match="Nothing in this list is new"):
        actions.take_programs(office.ctx, given())
    assert (ProgramList.objects.count(), ProgramFact.objects.count()) == (1, 2)


def test_what_changed_since_it_was_shown_is_not_taken(office):
    asked = given(text=AWARDS.replace("R,8,", "R,9,"))
    actions.take_programs(office.ctx, given())
    with pytest.raises(Conflict, match="look again"):
        actions.take_programs(office.ctx, asked)
    assert ProgramFact.objects.count() == 2


def test_a_day_to_come_an_unknown_layout_and_a_field_told_twice_are_invalid(office):
    with pytest.raises(Invalid) as late:
        actions.take_programs(office.ctx, given(as_of=date.today() + timedelta(days=5)))  # noqa: DTZ011
    assert "not there yet" in str(late.value)
    assert not ProgramList.objects.exists()
    with pytest.raises(Invalid):
        given().of(**{**given().model_dump(), "layout": "caahep"})
    with pytest.raises(Invalid):
        given().of(**{**given().model_dump(), "told": given().model_dump()["told"][:1] * 2})


def test_a_fact_that_was_taken_is_never_changed(office):
    fact = actions.take_programs(office.ctx, given()).facts.first()
    with pytest.raises((InternalError, ProgrammingError, PermissionError, RuntimeError)):
        fact.value = "1000"
        fact.save()
    assert not ProgramFact.objects.filter(value="1000").exists()


# the command


@pytest.fixture
def run(office, tmp_path, monkeypatch):
    monkeypatch.setattr(house, "enter", lambda: None)  # the tests' database is there already

    def ran(text, *options, layout="ipeds-completions", day="2024-06-30", answer=None):
        path = tmp_path / "list.csv"
        path.write_text(text)
        asked = ["import", str(path), "--layout", layout, "--as-of", day, *options]
        return CliRunner().invoke(command.programs, asked, input=answer)

    return ran


def test_the_command_shows_the_differences_and_asks_before_it_takes(run):
    shown = run(AWARDS, "--check")
    assert "Added: 2" in shown.output and "awarded_21: 40" in shown.output and "nothing was taken" in shown.output
    assert "nothing was taken" in run(AWARDS, answer="n\n").output and not ProgramList.objects.exists()
    assert run(AWARDS, answer="y\n").output.endswith("taken\n") and ProgramList.objects.count() == 1
    again = run(AWARDS, "--yes")
    assert again.exit_code == 0 and "Unchanged: 2" in again.output and ProgramList.objects.count() == 1


def test_a_half_broken_file_takes_nothing_and_says_where(run):
    broken = run(AWARDS.replace("R,8,", "R,?,"), "--yes")
    assert broken.exit_code == 1 and "list.csv, line 3, column 6" in broken.output
    assert not ProgramFact.objects.exists()


def test_a_file_without_the_code_and_a_wrong_day_are_refused(run):
    assert "no medical assisting program" in run(COMPLETIONS).output
    assert run(AWARDS, day="June").exit_code == 2
    assert run(AWARDS, day="2199-01-01").exit_code == 2


def test_json_has_every_difference_and_the_list_every_source(run):
    told = json.loads(run(AWARDS, "--json").output)
    assert (told["taken"], len(told["added"]), told["added"][0]["was"]) == (False, 2, None)
    assert json.loads(run(AWARDS, "--json", "--yes").output)["taken"] is True
    run(SCHOOL, "--yes", layout="scorecard")
    listed = json.loads(CliRunner().invoke(command.programs, ["list", "--state", "US-OH", "--json"]).output)
    found = next(one for one in listed if one["key"] == "cip/999001")
    assert found["fields"]["city"] == {
        "value": "Elmville", "source": "scorecard", "url": "https://collegescorecard.ed.gov/data",
        "as_of": "2024-06-30",
    }  # fmt: skip
    text = CliRunner().invoke(command.programs, ["list", "--state", "OH"]).output
    assert "Made-up College: Medical/Clinical Assistant (CIP 51.0801); Elmville, OH; associate; certificate" in text
    assert CliRunner().invoke(command.programs, ["list", "--state", "ZZ"]).exit_code == 2
