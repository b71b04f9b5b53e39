"""Federal files as they are: read, compared, taken. The rows of samples/ are real; those written here are made up."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from medassist.domain.credentials import queries, rules
from medassist.domain.credentials.rules import dapip
from medassist.interfaces.cli import house
from medassist.interfaces.cli import programs as command
from tests.credentials.given import AWARDS, CLOSED, DAY, LATER, OPEN, described, fresh, read, take, told, values
from tests.delegation.given import Office

__all__ = ["fresh"]
SAMPLES = Path(__file__).parent / "samples"
OTHER = OPEN.replace("999001", "999002")
RECORDS = (
    "DapipId,AgencyId,AgencyName,ProgramId,ProgramName,SequentialId,InitialDateFlag,AccreditationDate,"
    "AccreditationStatus,ReviewDate,DepartmentDescription,AccreditationEndDate,EndingActionId\n"
)
CAMPUSES = "DapipId,OpeId,IpedsUnitIds,LocationName,ParentName,ParentDapipId,LocationType,Address\n"
PLACES = {"100001": ("999001",), "100002": ("999002", "999003"), "100003": ()}
ABHES = "Accrediting Bureau of Health Education Schools"
PROGRAM = "Medical Assistant Education (MAAB) - Private schools and programs"


def sample(name):
    return (SAMPLES / name).read_bytes()


def record(place="100001", agency=ABHES, program=PROGRAM, begin="12/5/2006 12:00:00 AM", status="Accredited", end=""):
    row = (place, "23", agency, "3", program, "1", "Actual", begin, status, "02/28/2027", "", end, "")
    return ",".join(f'"{one}"' for one in row) + "\n"


def accredited(*records, as_of=DAY):
    lines = "".join([RECORDS, *records]).encode().splitlines(keepends=True)
    found, faults = rules.read_list("dapip", "list.csv", lines, as_of, PLACES)
    assert not faults
    return found


# as the files are


def test_program_charges_of_two_years_are_read_with_what_is_odd_in_them():
    found = values(told("ipeds-charges", sample("ic2020_py.csv")))
    assert {key for key, _ in found} == {
        f"cip/{unit}" for unit in ("103501", "103893", "103909", "105534", "106892", "112367")
    }
    of = {name: value for (key, name), value in found.items() if key == "cip/103893"}
    assert of == {
        "tuition_usd": "14763", "books_usd": "715", "length_months": "9", "hours_or_credits": "36 credit hours",
    }  # fmt: skip
    assert (found["cip/105534", "tuition_usd"], found["cip/112367", "hours_or_credits"]) == (
        "14770",
        "810 contact hours",
    )
    assert ("cip/103501", "books_usd") not in found
    before = values(told("ipeds-charges", sample("ic2016_py.csv")))
    assert before["cip/105534", "tuition_usd"] == "12380" and before["cip/105987", "books_usd"] == "453"
    assert sample("ic2020_py.csv").split(b"\n")[0].endswith(b",MTHCMP6 ")


def test_where_no_student_begins_full_time_the_largest_program_has_its_price_in_its_own_columns():
    text = sample("ic2020_py.csv").replace(b'107123,1,"51.3801"', b'107123,1,"51.0801"')
    found = values(told("ipeds-charges", text))
    assert (found["cip/107123", "tuition_usd"], found["cip/107123", "books_usd"]) == ("11538", "1316")


def test_a_row_with_more_than_empty_columns_behind_the_last_is_a_fault():
    text = sample("ic2020_py.csv").replace(b'"R",7,\n', b'"R",7,8\n')
    found, faults = read("ipeds-charges", text)
    assert not found and [(one.line, one.column) for one in faults] == [(2 + at, 125) for at in (1,)]


def test_completions_without_flags_and_with_codes_of_two_digits_are_read():
    assert told("ipeds-completions", sample("C2021_A.csv")) == []
    more = sample("C2021_A.csv") + b'101295,"51.0801",1,21,12' + b",0" * 29 + b"\r\n"
    assert values(told("ipeds-completions", more)) == {("cip/101295", "awarded_21"): "12"}


def test_small_letters_a_mark_and_no_last_line_end_change_nothing():
    head, rest = sample("C2021_A.csv").split(b"\n", 1)
    more = b"\xef\xbb\xbf" + head.lower() + b"\n" + rest + b'101295,"51.0801",1,3,7' + b",0" * 29
    assert values(told("ipeds-completions", more)) == {("cip/101295", "awarded_3"): "7"}


def test_the_directory_of_two_years_tells_name_place_address_and_who_is_closed():
    found = values(told("ipeds-directory", sample("hd2014.csv")))
    assert {key[7:]: value for (key, name), value in found.items() if name == "school_status"} == {
        "100636": "active", "101286": "active", "104090": "active", "104805": "closed 2014-08-25",
        "105118": "closed 2014-08-31", "105145": "active",
    }  # fmt: skip
    assert found["school/104805", "school"] == "Anthem College-Phoenix"
    assert ("school/105118", "city") not in found and ("school/105118", "url") not in found
    later = values(told("ipeds-directory", sample("hd2023.csv")))
    assert later["school/101286", "url"] == "https://www.wallace.edu/" and len(later) == 15
    assert later["school/101286", "school"] != found["school/101286", "school"]


def test_a_name_in_windows_1252_is_read_as_it_is_written():
    found = told("ipeds-directory", OPEN.replace("Elmville", "Mayagüez").encode("cp1252"))
    assert values(found)["school/999001", "city"] == "Mayagüez"


def test_the_institution_file_is_read():
    found = values(told("scorecard", sample("scorecard2022.csv")))
    assert found["school/101286", "institutional_accreditor"].startswith("Southern Association")
    assert ("school/101541", "institutional_accreditor") not in found


def test_records_of_other_programs_tell_nothing():
    assert rules.read_list("dapip", "f", sample("AccreditationRecords.csv").splitlines(True), DAY, PLACES) == ([], [])


# the directory


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ('"A ",-2,"-2",1', "active"),
        ('"M ",-2,"05/31/2024",1', "closed 2024-05-31"),
        ('"M ",-2,"5/2024",1', "closed 5/2024"),
        ('"C ",2024,"-2",3', "closed, combined or out of scope"),
        ('"P ",-2,"-2",2', "not active"),
    ],
)
def test_what_the_directory_says_of_a_school(row, status):
    found = told("ipeds-directory", OPEN.replace('"A ",-2,"-2",1', row))
    assert values(found)["school/999001", "school_status"] == status


def test_a_school_that_a_later_directory_leaves_out_keeps_its_name_and_is_said_to_be_left_out():
    own = told("ipeds-completions", AWARDS)
    first = [*own, *told("ipeds-directory", OPEN)]
    stands = rules.standing((), first)
    gone = rules.differences("ipeds-directory", told("ipeds-directory", OTHER, LATER), stands, LATER)
    assert [(one.field, one.value, one.as_of) for one in gone.new] == [
        ("school_status", "no longer in the directory", LATER)
    ]
    after = [*first, *gone.new]
    again = told("ipeds-directory", OTHER, LATER)
    assert rules.differences("ipeds-directory", again, rules.standing((), after), LATER).new == ()
    earlier = rules.differences("ipeds-directory", told("ipeds-directory", OPEN), rules.standing((), after), DAY)
    assert (earlier.new, earlier.older) == ((), 1)
    back = told("ipeds-directory", OPEN, date(2026, 6, 30))
    found = rules.differences("ipeds-directory", back, rules.standing((), after), date(2026, 6, 30))
    assert [(one.field, one.value) for one in found.changed] == [("school_status", "active")]
    shut = rules.standing((), [*own, *told("ipeds-directory", CLOSED)])
    assert rules.differences("ipeds-directory", again, shut, LATER).new == ()


def test_a_closed_school_opens_nothing_and_stands_in_no_plan():
    shipped = described(accreditor="ABHES", unitid="999001")
    found = rules.directory([], [*told("csv", shipped), *told("ipeds-directory", CLOSED, LATER)], "x")
    assert [(one.closed, one.opens) for one in found.entries] == [("closed 2024-08-25", ())]
    found = rules.directory([], [*told("csv", shipped), *told("ipeds-directory", OPEN, LATER)], "x")
    assert found.entries[0].closed == "" and "CMA-AAMA" in found.entries[0].opens


def test_a_word_on_the_school_does_not_make_an_old_page_newer():
    page = described(unitid="999001").replace("2024-05-01", "2014-05-01")
    facts = [*told("csv", page), *told("ipeds-directory", OPEN, LATER)]
    assert rules.directory([], facts, "x").entries[0].freshness == "old"
    assert rules.directory([], [*facts, *accredited(record())], "x").entries[0].freshness == "recent"


# accreditors


def test_a_record_tells_who_accredits_the_school_s_program_since_when_and_until_when():
    assert values(accredited(record(), record("100002", end="10/3/2018 12:00:00 AM"))) == {
        ("school/999001", "accreditor"): "ABHES",
        ("school/999001", "accreditation"): "ABHES: Accredited since 2006-12-05, review due 2027-02-28",
        ("school/999002", "accreditor_ended"): "ABHES (2018-10-03)",
        ("school/999003", "accreditor_ended"): "ABHES (2018-10-03)",
    }
    one = accredited(record())[0]
    assert (one.layout, one.url, one.as_of, one.line) == ("dapip", dapip.URL, DAY, 2)


def test_one_record_that_stands_outweighs_one_that_ended_and_the_latest_of_each_is_told():
    older, newer = record(end="6/30/2010"), record(end="6/30/2012")
    assert values(accredited(newer, older)) == {("school/999001", "accreditor_ended"): "ABHES (2012-06-30)"}
    assert values(accredited(older, record(begin="7/1/2012")))["school/999001", "accreditor"] == "ABHES"
    assert ("school/999001", "accreditor_ended") not in values(accredited(older, record()))
    to_come = accredited(record(end="12/31/2024"))
    assert values(to_come)["school/999001", "accreditor"] == "ABHES"


@pytest.mark.parametrize(
    "row",
    [
        record(agency="Accrediting Bureau of Something Else"),
        record(program="Surgical Technology (STAB) - Schools and Programs for the surgical technician"),
        record(program="Institutional Accreditation"),
        record("100003"),
        record("100009"),
    ],
)
def test_other_agencies_other_programs_and_places_without_a_federal_number_tell_nothing(row):
    assert accredited(row) == []


def test_what_is_not_yet_accredited_is_no_accreditor():
    assert values(accredited(record(status="Preaccredited"))) == {
        ("school/999001", "accreditation"): "ABHES: Preaccredited since 2006-12-05, review due 2027-02-28"
    }


@pytest.mark.parametrize(
    ("text", "line", "column", "why"),
    [
        (RECORDS.replace("ProgramName", "Program") + record(), 1, 14, "ProgramName is missing"),
        (RECORDS + record(end="soon"), 2, 12, "soon is not"),
        (RECORDS + record(end="13/31/2024"), 2, 12, "13/31/2024 is not"),
        (RECORDS + record() + record(status=""), 3, 9, "AccreditationStatus is missing"),
    ],
)
def test_what_is_wrong_in_records_is_told_and_nothing_is_taken(text, line, column, why):
    found, faults = read("dapip", text)
    assert not found and [(one.line, one.column) for one in faults] == [(line, column)] and why in faults[0].text


def test_places_are_read_from_the_other_file_and_one_without_federal_numbers_is_refused():
    text = (
        CAMPUSES
        + '"100001","1","999001, 999004","A","-","-","Institution","x"\n"100003","","","B","A","100001","","y"\n'
    )
    assert rules.read_places("f", text.encode().splitlines(True), DAY) == ({"100001": ("999001", "999004")}, [])
    places, faults = rules.read_places("f", [CAMPUSES.replace("IpedsUnitIds,", "").encode()], DAY)
    assert not places and "IpedsUnitIds is missing" in faults[0].text


def test_the_agencies_are_codes_of_accreditors_json_and_their_programs_say_what_is_looked_for():
    raw = json.loads((rules.DATA / "agencies.json").read_bytes())
    known = {one["code"]: one["name"] for one in rules.book().accreditors.raw["programmatic"]}
    assert all(known[one["code"]] == one["name"] for one in raw["agencies"])
    assert all(raw["programs"]["say"] in name.casefold() for name in raw["programs"]["seen"])
    assert {one["source"] for one in [*raw["agencies"], raw["programs"]]} == {one["id"] for one in raw["sources"]}


def test_the_accreditor_of_a_list_fills_what_is_open_and_ends_nothing_that_it_does_not_know():
    new = accredited(record(), as_of=LATER)

    def of(accreditor):
        rows = [*told("csv", described(unitid="999001", accreditor=accreditor)), *new]
        return rules.directory([], rows, "x").entries[0]

    assert (of("").accreditors, of("").told["accreditor"].layout) == (("ABHES",), "dapip")
    assert (of("ABHES (2014)").accreditor, of("CAAHEP").accreditor) == ("ABHES", "CAAHEP")
    assert [one.value for one in of("CAAHEP").otherwise["accreditor"]] == ["ABHES"]


def test_an_accreditation_that_ended_since_is_no_accreditor_and_a_page_of_later_counts_again():
    ended = accredited(record(end="10/3/2018"), as_of=DAY)
    page = described(unitid="999001", accreditor="ABHES; CAAHEP")
    one = rules.directory([], [*told("csv", page), *ended], "x").entries[0]
    assert (one.accreditors, one.ended) == (("CAAHEP",), "ABHES (2018-10-03)")
    newer = told("csv", page.replace("2024-05-01", "2025-05-01"))
    assert rules.directory([], [*newer, *ended], "x").entries[0].accreditors == ("ABHES", "CAAHEP")


def test_of_a_school_with_several_programs_it_is_not_said_which_is_meant():
    rows = described(unitid="999001") + described(unitid="999001", program="Another").splitlines()[1] + "\n"
    facts = [*told("csv", rows), *told("ipeds-completions", AWARDS), *accredited(record())]
    found = {one.program: one.accreditor for one in rules.directory([], facts, "x").entries}
    assert found == {"Medical Assistant": "", "Another": "", "Medical/Clinical Assistant (CIP 51.0801)": "ABHES"}


# taken


@pytest.fixture
def office(transactional_db, fresh):
    return Office()


@pytest.fixture
def run(office, tmp_path, monkeypatch):
    monkeypatch.setattr(house, "enter", lambda: None)  # the tests' database is there already

    def ran(*words, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text)
        return CliRunner().invoke(command.programs, [word.format(here=tmp_path) for word in words])

    return ran


def test_a_closed_school_is_told_so_by_the_command(run, office):
    take(office, text=AWARDS)
    asked = ("import", "{here}/hd.csv", "--layout", "ipeds-directory", "--as-of", "2024-09-30", "--yes")
    assert "Added: 5" in run(*asked, hd=CLOSED).output
    again = run(*asked, hd=CLOSED).output
    assert "Unchanged: 5" in again and "nothing was taken" in again
    assert "associate; certificate; school closed 2024-08-25" in run("list", "--state", "OH").output
    assert json.loads(run("list", "--state", "OH", "--json").output)[-1]["closed"]
    assert queries.programs_now().of_state("US-OH")[-1].closed


def test_accreditors_are_taken_with_the_file_of_places_and_end_when_the_list_says_so(run, office):
    take(office, text=AWARDS)
    asked = ["import", "{here}/records.csv", "--layout", "dapip", "--as-of", "2024-06-30", "--yes"]
    campuses = CAMPUSES + '"100001","1","999001","A","-","-","Institution","x"\n'
    files = {"records": RECORDS + record(), "campuses": campuses}
    assert "takes --campuses" in run(*asked, **files).output
    asked += ["--campuses", "{here}/campuses.csv"]
    assert "nothing was taken" in run(*asked, **files | {"campuses": campuses.replace("IpedsUnitIds", "Ids")}).output
    assert "accreditor: ABHES" in run(*asked, **files).output
    assert "Unchanged: 2" in run(*asked, **files).output
    asked[5] = "2025-06-30"
    over = run(*asked, **files | {"records": RECORDS + record(end="1/31/2025")}).output
    assert "accreditor: no longer told (was ABHES, 2024-06-30)" in over
    assert "accreditor_ended: ABHES (2025-01-31)" in over
    asked[5] = "2024-06-30"
    older = run(*asked, **files).output
    assert "told otherwise by something newer: 2" in older and "nothing was taken" in older
    one = next(one for one in queries.read_programs().entries if one.unitid == "999001")
    assert (one.accreditor, one.ended) == ("", "ABHES (2025-01-31)")


def test_a_date_of_a_year_or_month_is_shown_as_it_was_said(run, office):
    take(office, text=AWARDS)
    said = {one.as_of for one in rules.programs()}
    assert {"2015", "2023-2024"} & said
    listed = json.loads(run("list", "--json").output)
    days = {one["as_of"] for row in listed for one in row["fields"].values() if one["source"] == rules.SHIPPED}
    assert days == {one or "no date" for one in said}
    text = run("list").output
    assert "-01-01" not in text
