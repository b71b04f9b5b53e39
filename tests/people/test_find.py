"""People, finding: any part of any name, slips of the pen, nicknames, dates in any order, phones, numbers."""

import pytest

from medassist.domain.people import queries
from tests.people.given import given_patient, phone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("yes")]


@pytest.fixture
def town():
    """A few people with names that are easily mistaken."""
    people = {
        "marisol": ("Ortega", "Marisol Elena", "1983-03-04", {"telecoms": [phone("(415) 555-2671")]}),
        "obrien": ("O'Brien", "Seán", "1961-12-30", {"identifiers": [{"system": "urn:x", "value": "AB-123456"}]}),
        "robert": ("Miller", "Robert James", "1950-07-01", {}),
        "jose": ("García López", "José María", "1990-05-17", {}),
        "smith": ("Smith-Jones", "Katherine", "1975-11-02", {}),
        "cruz": ("De La Cruz", "Guadalupe", "2001-08-09", {}),
        "mac": ("McDonald", "Stephen", "1988-02-14", {}),
        "nguyen": ("Nguyễn", "Thị Hồng", "1999-09-19", {}),
        "yamada": ("山田", "太郎", "1970-06-06", {}),
        "mohamed": ("Mohamed", "Abdullahi", "1985-01-01", {}),
        "partial": ("Unknown", "Jane", "1947", {}),
    }
    return {key: given_patient(family, given, born, **more).id for key, (family, given, born, more) in people.items()}


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("ortega", "marisol"),
        ("ORTEGA, Marisol", "marisol"),
        ("marisol ortega", "marisol"),
        ("ort", "marisol"),
        ("mar ort", "marisol"),
        ("ortega m", "marisol"),
        ("elena", "marisol"),
        ("elena ortega", "marisol"),
        ("ortga", "marisol"),
        ("orteag", "marisol"),
        ("marysol ortega", "marisol"),
        ("marisol ortegga", "marisol"),
        ("obrien", "obrien"),
        ("o'brien", "obrien"),
        ("o’brien", "obrien"),
        ("o brien", "obrien"),
        ("o brien sean", "obrien"),
        ("obrein", "obrien"),
        ("sean obrian", "obrien"),
        ("shawn obrien", "obrien"),
        ("bob miller", "robert"),
        ("bobby miller", "robert"),
        ("miller rob", "robert"),
        ("robt miller", "robert"),
        ("garcia", "jose"),
        ("García", "jose"),
        ("jose garcia", "jose"),
        ("lopez jose", "jose"),
        ("garcia lopez jose", "jose"),
        ("pepe garcia", "jose"),
        ("garsia", "jose"),
        ("smith", "smith"),
        ("jones", "smith"),
        ("smith jones", "smith"),
        ("smithjones", "smith"),
        ("kate jones", "smith"),
        ("catherine smith", "smith"),
        ("kathryn smith", "smith"),
        ("cruz", "cruz"),
        ("de la cruz", "cruz"),
        ("delacruz", "cruz"),
        ("lupe cruz", "cruz"),
        ("mcdonald", "mac"),
        ("mc donald", "mac"),
        ("macdonald", "mac"),
        ("steven mcdonald", "mac"),
        ("steve mcdonald", "mac"),
        ("nguyen", "nguyen"),
        ("hong nguyen", "nguyen"),
        ("山田", "yamada"),
        ("太郎 山田", "yamada"),
        ("mohammed", "mohamed"),
        ("muhammad abdullahi", "mohamed"),
        ("abdulahi mohamed", "mohamed"),
    ],
)
def test_a_patient_is_found_by_any_part_of_any_name(town, typed, who):
    assert [line["id"] for line in queries.find(typed).lines][:1] == [town[who]]


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("3/4/1983", "marisol"),
        ("3/4/83", "marisol"),
        ("4 mar 1983", "marisol"),
        ("03041983", "marisol"),
        ("1983-03-04", "marisol"),
        ("mar 4, 1983 ortega", "marisol"),
        ("ortega 3/4/83", "marisol"),
        ("ortga 3/4/83", "marisol"),
        ("born 4.3.1983", "marisol"),
        ("(415) 555-2671", "marisol"),
        ("4155552671", "marisol"),
        ("+1 415 555 2671", "marisol"),
        ("555-2671", "marisol"),
        ("2671", "marisol"),
        ("2671 ortega", "marisol"),
        ("AB-123456", "obrien"),
        ("ab123456", "obrien"),
        ("obrien 1961", "obrien"),
        ("jane 1947", "partial"),
        ("1947", "partial"),
    ],
)
def test_a_patient_is_found_by_date_phone_or_number_with_a_name_or_without(town, typed, who):
    assert [line["id"] for line in queries.find(typed).lines][:1] == [town[who]]


def test_a_patient_is_found_by_our_number_before_anything_else(town):
    mrn = queries.patient(town["cruz"]).mrn
    for typed in (mrn, f"MRN {mrn}", f"{mrn[:4]} {mrn[4:]}"):
        assert [line["id"] for line in queries.find(typed).lines][:1] == [town["cruz"]]


@pytest.mark.parametrize(
    "typed", ["", "   ", "zzzzqq", "9/9/1911", "ortega 1/1/1999", "%", "_", "';--", "\x00", "😀", "x" * 5000]
)
def test_nobody_is_found_where_nobody_fits(town, typed):
    assert queries.find(typed).lines == []


def test_a_line_tells_age_sex_birth_date_and_number(town):
    line = queries.find("ortega").lines[0]
    assert line["name"] == "Ortega, Marisol Elena" and line["born"] == "Mar 4, 1983" and line["age"].endswith(" y")
    assert line["mrn"] and line["sex"] == ""


def test_many_of_one_name_are_cut_off_and_said_to_be_more(town):
    for n in range(70):
        given_patient("Common", f"Given{n}", "1980-01-01")
    found = queries.find("common", limit=20)
    assert len(found.lines) == 20 and found.more


def test_finding_takes_few_statements_whatever_is_typed(town, django_assert_max_num_queries):
    for typed, most in (("robert miller", 3), ("ortega", 3), ("ortga marysol", 4), ("ortega 3/4/83", 1), ("2671", 2)):
        with django_assert_max_num_queries(most):
            assert queries.find(typed).lines
    with django_assert_max_num_queries(1):
        assert len(queries.brief(list(town.values()))) == len(town)
