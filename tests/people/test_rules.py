"""People, rules: names folded and compared, dates read in any order, numbers with check digits, phones, pictures."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medassist.domain.people.rules import (
    dates,
    demographics,
    duplicates,
    names,
    numbers,
    phones,
    photos,
    search,
    us_core,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("O'Brien", ["obrien"]),
        ("O’Brien", ["obrien"]),
        ("OBRIEN", ["obrien"]),
        ("Núñez", ["nunez"]),
        ("Smith-Jones", ["smith", "jones", "smithjones"]),
        ("De La Cruz", ["de", "la", "cruz", "delacruz"]),
        ("Mc Donald", ["mc", "donald", "mcdonald"]),
        ("Straße", ["strasse"]),
        ("Łukasz Øster", ["lukasz", "oster", "lukaszoster"]),
        ("Nguyễn", ["nguyen"]),
        ("Ñamérica", ["namerica"]),
        ("Abbott701", ["abbott701", "abbott"]),
        ("Андрей", ["андреи"]),
        ("محمّد", ["محمد"]),
        ("김민수", ["김민수"]),
        ("\u202eevil\u200bname", ["evilname"]),
    ],
)
def test_names_are_cut_into_words_without_accents_apostrophes_or_hidden_signs(written, words):
    assert names.words([{"family": written}]) == words


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text):
    once = names.split(text)
    assert names.split(" ".join(once)) == once


@given(st.text(max_size=60))
def test_words_hold_only_letters_and_digits_and_any_case_folds_alike(text):
    for word in names.split(text):
        assert word and not any(sign.isspace() for sign in word) and "'" not in word
    assert names.split(text.casefold()) == names.split(text.casefold().casefold())


@given(st.text(max_size=40), st.text(max_size=40))
def test_every_word_of_a_patient_is_a_key_and_fits_itself(family, given_name):
    words = names.words([{"family": family, "given": [given_name]}])
    keys = search.keys(words)
    assert all(word in keys and search.fit(word, word) == 100 for word in words)
    assert len(keys) == len(set(keys)) <= 160


@given(st.text(max_size=300))
def test_any_text_can_be_searched_for(text):
    query = search.parse(text, TODAY)
    search.exact_keys(query.terms) if query.terms else None
    assert all(names.fold(term) == term for term in query.terms)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("robert", "r163"),
        ("rupert", "r163"),
        ("ashcraft", "a261"),
        ("tymczak", "t522"),
        ("pfister", "p236"),
        ("王", ""),
    ],
)
def test_words_sound_alike_by_the_american_soundex(word, code):
    assert names.soundex(word) == code


@pytest.mark.parametrize(
    ("one", "other"), [("bob", "robert"), ("robert", "bob"), ("peggy", "margaret"), ("pepe", "jose")]
)
def test_nicknames_are_known_both_ways(one, other):
    assert other in names.called(one)


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("3/4/83", "1983-03-04"),
        ("03/04/1983", "1983-03-04"),
        ("1983-03-04", "1983-03-04"),
        ("19830304", "1983-03-04"),
        ("03041983", "1983-03-04"),
        ("030483", "1983-03-04"),
        ("Mar 4, 1983", "1983-03-04"),
        ("4 March 1983", "1983-03-04"),
        ("march 4th 83", "1983-03-04"),
        ("4 de marzo de 1983", "1983-03-04"),
        ("31/1/1990", "1990-01-31"),
        ("31.1.90", "1990-01-31"),
        ("2/29/2024", "2024-02-29"),
        ("11/23/26", "2026-11-23"),
        ("11/24/26", "1926-11-24"),
        ("1983", "1983"),
        ("Mar 1983", "1983-03"),
        ("3/1983", "1983-03"),
    ],
)
def test_birth_dates_are_read_in_any_order(said, iso):
    assert dates.read(said, TODAY).first == iso


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("2/30/1990", "February has no day 30 in 1990."),
        ("11/24/2026", "This day is still to come."),
        ("2031", "2031 is still to come."),
        ("1/1/1800", "Somebody born in 1800 would be 226 years old."),
        ("tomorrow", "“tomorrow” is no date. Write it like 3/4/1983 or Mar 4, 1983."),
        ("99/99/1990", "“99/99/1990” is no date. Write it like 3/4/1983 or Mar 4, 1983."),
        ("", "Enter a birth date."),
        ("😀", "“😀” is no date. Write it like 3/4/1983 or Mar 4, 1983."),
    ],
)
def test_what_is_no_birth_date_is_told_why(said, why):
    assert dates.read(said, TODAY) == dates.Read(why=why)


def test_an_unclear_date_has_both_readings_the_american_first():
    assert dates.read("3/4/83", TODAY).readings == ("1983-03-04", "1983-04-03")


@given(st.text(max_size=40))
def test_any_text_is_read_as_a_date_or_told_why_not(text):
    found = dates.read(text, TODAY)
    assert bool(found.readings) != bool(found.why)
    assert all(not dates.fhir_faults(one) and one[:10] <= TODAY.isoformat() for one in found.readings)


@given(st.dates(date(1900, 1, 1), TODAY))
def test_every_day_is_read_back_from_the_forms_it_is_written_in(day):
    for form in (
        day.isoformat(),
        f"{day.month}/{day.day}/{day.year}",
        f"{day:%b} {day.day}, {day.year}",
        f"{day:%m%d%Y}",
    ):
        assert day.isoformat() in dates.read(form, TODAY).readings
    assert dates.read(dates.said(day.isoformat()), TODAY).first == day.isoformat()


@pytest.mark.parametrize(
    ("born", "age"),
    [("2026-11-17", "6 d"), ("2026-10-01", "7 wk"), ("2025-09-01", "14 mo"), ("2018-10-02", "8 y 1 mo"),
     ("1983-03-04", "43 y"), ("1983", "about 43 y"), ("2027-01-01", ""), ("", "")],
)  # fmt: skip
def test_ages_are_told_as_people_tell_them(born, age):
    assert dates.age(born, TODAY) == age


@pytest.mark.parametrize("text", ["2026-02-31", "1983-13-01", "83-03-04", "1983-3-4", "0000", "", "1983-03-04T00:00"])
def test_what_fhir_takes_for_no_date_is_refused(text):
    assert dates.fhir_faults(text)


def test_the_check_digit_finds_every_wrong_digit_and_every_swap():
    for number in (1000000, 1234567, 9876543, 1099999):
        right = numbers.mrn(number)
        assert numbers.mrn_fits(right)
        for at, digit in enumerate(right):
            for other in set("0123456789") - {digit}:
                assert not numbers.mrn_fits(right[:at] + other + right[at + 1 :])
            if at and right[at - 1] != digit:
                assert not numbers.mrn_fits(right[: at - 1] + digit + right[at - 1] + right[at + 1 :])


@pytest.mark.parametrize(
    ("text", "fits"), [("1234567893", True), ("1234567890", False), ("3234567893", False), ("x", False)]
)
def test_an_npi_bears_out_its_last_digit(text, fits):
    assert numbers.npi_fits(text) is fits


@pytest.mark.parametrize(
    ("text", "plausible"),
    [("219-09-9999", True), ("999-55-6130", False), ("000-12-3456", False), ("123-00-4567", False), ("12-34", False)],
)
def test_social_security_numbers_nobody_got_are_doubted_and_never_shown(text, plausible):
    doubts = numbers.ssn_doubts(text)
    assert bool(doubts) is not plausible
    assert not any(text in doubt or text.replace("-", "") in doubt for doubt in doubts)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("555-354-3552", "+15553543552"), ("(415) 555-2671", "+14155552671"), ("1 415 555 2671 ext. 12", "+14155552671"),
     ("+44 20 7946 0958", "+442079460958"), ("tel:+1-415-555-2671", "+14155552671"), ("call me", ""), ("12", "")],
)  # fmt: skip
def test_phones_are_kept_as_they_are_dialled(typed, number):
    assert phones.e164(typed) == number


def test_pictures_are_told_by_their_first_bytes():
    assert photos.media_type(b"\x89PNG\r\n\x1a\n....") == "image/png"
    assert photos.media_type(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert photos.media_type(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == "image/webp"
    assert photos.faults(b"<svg/>") and photos.faults(b"") and photos.faults(b"\xff\xd8\xff" + b"0" * 3_000_000)


def _traits(family, given, born="", **more):
    return duplicates.traits({"name": [{"family": family, "given": given.split()}], "birthDate": born, **more})


@pytest.mark.parametrize(
    ("one", "other", "likely"),
    [
        (("Ortega", "Marisol", "1983-03-04"), ("Ortega", "Marisol", "1983-03-04"), True),
        (("Ortega", "Marisol", "1983-03-04"), ("Ortéga", "Marysol", "1983-03-04"), True),
        (("Ortega", "Marisol", "1983-03-04"), ("Marisol", "Ortega", "1983-03-04"), True),
        (("Miller", "Robert", "1950-07-01"), ("Miller", "Bob", "1950-07-01"), True),
        (("Ortega", "Marisol", "1983-03-04"), ("Ortega", "Marisol", "1983-04-03"), False),
        (("Ortega", "Marisol", "1983-03-04"), ("Ortega", "Carlos", "1983-03-04"), False),
        (("Ortega", "Marisol", "1983-03-04"), ("Ortega", "Marisol", "1961-12-30"), False),
    ],
)
def test_likely_duplicates_are_told_from_namesakes_and_twins(one, other, likely):
    assert duplicates.likeness(_traits(*one), _traits(*other)).likely is likely


def test_twins_at_one_address_with_one_phone_are_two_people():
    home = {
        "telecom": [{"system": "phone", "value": "415-555-2671"}],
        "address": [{"line": ["1 Oak St"], "postalCode": "94110"}],
    }
    found = duplicates.likeness(_traits("Ng", "Ada", "2020-01-02", **home), _traits("Ng", "Ben", "2020-01-02", **home))
    assert not found.likely and "The given name differs" in found.reasons


def test_a_slip_in_the_birth_date_with_the_same_phone_is_asked_about():
    home = {"telecom": [{"system": "phone", "value": "(415) 555-2671"}]}
    found = duplicates.likeness(
        _traits("Ortega", "Marisol", "1983-03-04", **home), _traits("Ortega", "Marisol", "1983-04-03", **home)
    )
    assert found.likely and "Birth date differs in one place: Apr 3, 1983" in found.reasons


def test_us_core_answers_become_extensions_and_are_read_back():
    told = {
        "race": ["2106-3", "1586-7"], "ethnicity": ["2186-5"], "birth_sex": "F", "interpreter": True,
        "pronouns": "she/her", "gender_identity": "Female gender identity", "languages": ["es-MX", "en"],
    }  # fmt: skip
    record = demographics.changed({}, told)
    codes = [one["code"] for one in us_core.chosen(record, us_core.RACE)]
    assert codes == ["2106-3", "1002-5", "1586-7"]  # Shoshone belongs to American Indian or Alaska Native
    assert us_core.birth_sex(record) == "F" and us_core.interpreter(record) is True
    assert us_core.pronouns(record) == "she/her"
    assert us_core.gender_identity(record) == "Female gender identity"
    assert us_core.language(record) == "es-MX" and us_core.language_name("es-MX") == "Spanish"
    emptied = demographics.changed(record, {"race": [], "pronouns": ""})
    assert not us_core.chosen(emptied, us_core.RACE) and us_core.pronouns(emptied) == ""
    assert us_core.birth_sex(emptied) == "F"


def test_the_preferred_name_stands_beside_the_official_one():
    record = {"name": [{"use": "official", "family": "Miller", "given": ["Robert"]}]}
    record = demographics.changed(record, {"preferred": "Bobby"})
    assert demographics.preferred(record) == "Bobby" and names.given_of(names.usual(record["name"])) == "Robert"
    assert demographics.preferred(demographics.changed(record, {"preferred": ""})) == ""
