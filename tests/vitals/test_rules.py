"""What cannot be, what is asked about, what is judged: tables of cases."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medassist.codecs import units
from medassist.domain.vitals import rules
from medassist.domain.vitals.rules import checks
from medassist.domain.vitals.rules.signs import by_code

DATA = Path(rules.__file__).parent.parent / "data"
D = Decimal
AUG = date(2026, 8, 12)
NOV = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("name", "value", "unit", "says"),
    [
        ("temperature", "986", "[degF]", "986 °F is not possible. Did you mean 98.6?"),
        ("temperature", "9.86", "[degF]", "9.86 °F is not possible. Did you mean 98.6?"),
        ("temperature", "37", "[degF]", "37 °F is not possible. Did you mean 37 °C?"),
        ("temperature", "98.6", "Cel", "98.6 °C is not possible. Did you mean 98.6 °F?"),
        ("temperature", "5000", "[degF]", "5,000 °F is not possible."),
        ("pulse", "720", "/min", "720 /min is not possible. Did you mean 72?"),
        ("pulse", "-5", "/min", "−5 /min is not possible."),
        ("respirations", "160", "/min", "160 /min is not possible. Did you mean 16?"),
        ("systolic", "1200", "mm[Hg]", "1,200 mmHg is not possible. Did you mean 120?"),
        ("systolic", "12", "mm[Hg]", "12 mmHg is not possible. Did you mean 120?"),
        ("oxygen_saturation", "989", "%", "989% is not possible. Did you mean 98.9?"),
        ("oxygen_saturation", "101", "%", "101% is not possible."),
        ("weight", "1876", "[lb_av]", "1,876 lb is not possible. Did you mean 187.6?"),
        ("height", "645", "[in_i]", "645 in is not possible. Did you mean 64.5?"),
        ("height", "165", "[in_i]", "165 in is not possible. Did you mean 165 cm?"),
        ("pain", "11", "{score}", "Pain is a whole number from 0 to 10."),
        ("pain", "3.5", "{score}", "Pain is a whole number from 0 to 10."),
        ("weight", "80", "cm", "Weight is given in lb or kg, not in cm."),
        ("weight", "80", "furlong", "furlong is not a unit known here."),
        ("pain", "3", "%", "Pain is given in a number, not in %."),
    ],
)
def test_what_cannot_be_is_refused_with_a_proposal(name, value, unit, says):
    assert rules.faults(name, D(value), unit) == [says]


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("temperature", "98.6", "[degF]"), ("temperature", "37", "Cel"), ("temperature", "108", "[degF]"),
        ("systolic", "148", "mm[Hg]"), ("diastolic", "0", "mm[Hg]"), ("systolic", "16", "kPa"), ("pulse", "0", "/min"),
        ("pulse", "72", "{beats}/min"), ("oxygen_saturation", "100", "%"), ("oxygen_saturation", "0", "%"),
        ("weight", "0.5", "kg"), ("weight", "1400", "[lb_av]"), ("height", "107", "[in_i]"), ("pain", "0", "{score}"),
        ("pain", "10", "{score}"), ("head_circumference", "35", "cm"), ("weight", "3400", "g"),
    ],
)  # fmt: skip
def test_what_can_be_is_not_refused(name, value, unit):
    assert rules.faults(name, D(value), unit) == []


@pytest.mark.parametrize(
    ("name", "value", "unit", "years", "last", "says"),
    [
        ("weight", "287.6", "[lb_av]", 43, ("187.6", "[lb_av]"), "+100 lb since Aug 12. Weigh again?"),
        ("weight", "85.1", "[lb_av]", 43, ("187.6", "[lb_av]"),
         "−103 lb since Aug 12. Did you mean 85.1 kg?"),
        ("weight", "187.6", "kg", 43, ("187.6", "[lb_av]"), "+226 lb since Aug 12. Did you mean 187.6 lb?"),
        ("weight", "18.7", "[lb_av]", 43, None, "18.7 lb is very low. Did you mean 187?"),
        ("weight", "18.7", "[lb_av]", 1.5, None, ""),
        ("weight", "220", "[lb_av]", 4, None, "220 lb is very high for this age. Did you mean 22?"),
        ("weight", "178.6", "[lb_av]", 43, ("187.6", "[lb_av]"),
         "178.6 lb: it was 187.6 lb on Aug 12. Digits turned?"),
        ("height", "46.5", "[in_i]", 43, ("64.5", "[in_i]"), "46.5 in is very low. Measure again?"),
        ("height", "65.4", "[in_i]", 43, ("64.5", "[in_i]"),
         "65.4 in: it was 64.5 in on Aug 12. Digits turned?"),
        ("height", "68", "[in_i]", 43, ("64.5", "[in_i]"), "+3.5 in since Aug 12. Measure again?"),
        ("height", "64.5", "cm", 43, None, "64.5 cm is very low. Did you mean 64.5 in?"),
        ("temperature", "89.6", "[degF]", 43, None, "89.6 °F is very low. Measure again?"),
        ("temperature", "108", "[degF]", 43, None, "108 °F is very high. Measure again?"),
        ("oxygen_saturation", "9.8", "%", 43, None, "9.8% is very low. Did you mean 98?"),
        ("oxygen_saturation", "89", "%", 43, ("98", "%"), "89%: it was 98% on Aug 12. Digits turned?"),
        ("oxygen_saturation", "88", "%", 43, ("98", "%"), "−10 points since Aug 12. Measure again?"),
        ("pulse", "7", "/min", 43, None, "7 /min is very low. Did you mean 70?"),
        ("pulse", "27", "/min", 43, None, "27 /min is very low. Measure again?"),
        ("respirations", "61", "/min", 43, None, "61 /min is very high. Measure again?"),
        ("systolic", "184", "mm[Hg]", 43, ("148", "mm[Hg]"),
         "184 mmHg: it was 148 mmHg on Aug 12. Digits turned?"),
        ("systolic", "260", "mm[Hg]", 43, None, "260 mmHg is very high. Measure again?"),
        ("oxygen_concentration", "2", "%", 43, None, "2% is very low. Measure again?"),
        ("head_circumference", "14", "cm", 0.2, None, "14 cm is very low for this age. Did you mean 14 in?"),
        ("bmi", "71", "kg/m2", 43, None, "71 kg/m² is very high. Look at weight and height again?"),
    ],
)  # fmt: skip
def test_what_is_unlikely_is_asked_about(name, value, unit, years, last, says):
    told = rules.Told(D(last[0]), last[1], AUG) if last else None
    assert rules.doubts(name, D(value), unit, years=years, last=told, on=NOV) == ([says] if says else [])


@pytest.mark.parametrize(
    ("name", "value", "unit", "years", "last"),
    [
        ("weight", "187.6", "[lb_av]", 43, ("181.4", "[lb_av]")), ("weight", "85.1", "kg", 43, ("187.6", "[lb_av]")),
        ("height", "64.5", "[in_i]", 43, ("163.8", "cm")), ("temperature", "103.5", "[degF]", 43, ("98.2", "[degF]")),
        ("temperature", "95.2", "[degF]", 80, None), ("oxygen_saturation", "91", "%", 70, ("95", "%")),
        ("pulse", "140", "/min", 0.5, None), ("respirations", "44", "/min", 0.2, None),
        ("weight", "9", "[lb_av]", 0.1, None),
        ("systolic", "182", "mm[Hg]", 60, ("150", "mm[Hg]")), ("weight", "350", "[lb_av]", 50, ("342", "[lb_av]")),
        ("weight", "30", "kg", 9, ("26", "kg")), ("height", "72", "[in_i]", 17, ("71", "[in_i]")),
        ("weight", "1000", "[lb_av]", None, None), ("pain", "10", "{score}", 43, ("0", "{score}")),
    ],
)  # fmt: skip
def test_what_sick_and_growing_people_have_is_not_asked_about(name, value, unit, years, last):
    told = rules.Told(D(last[0]), last[1], AUG) if last else None
    assert rules.doubts(name, D(value), unit, years=years, last=told, on=NOV) == []


def test_two_pressures_stand_in_order():
    assert rules.pair_fault(D(148), D(92)) == ""
    assert rules.pair_fault(D(92), D(148)) == "92/148 is not possible. Did you mean 148/92?"
    assert rules.pair_fault(D(90), D(90)) == "90/90 is not possible: the upper pressure is above the lower."
    assert rules.pair_doubts(D(148), D(92)) == []
    assert rules.pair_doubts(D(98), D(92)) == ["98/92 lie very close together. Measure again?"]
    assert rules.pair_doubts(D(220), D(80)) == ["220/80 lie very far apart. Measure again?"]


def test_weight_and_height_must_fit_each_other():
    light, tall = units.Quantity(D("62"), "[lb_av]"), units.Quantity(D(75), "[in_i]")
    assert checks.size_doubts(light, tall, 43) == ["With a height of 75 in this is a BMI of 7.8. Look at both again?"]
    assert checks.size_doubts(units.Quantity(D("187.6"), "[lb_av]"), units.Quantity(D("64.5"), "[in_i]"), 43) == []


def test_times_that_cannot_be():
    now = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    assert rules.time_fault(now, now) == rules.time_fault(now + timedelta(minutes=5), now) == ""
    assert rules.time_fault(now + timedelta(hours=1), now) == "This time is still to come."
    assert rules.time_fault(datetime(1066, 1, 1, tzinfo=UTC), now) == "This time is before 1900."
    assert rules.time_fault(datetime(1983, 3, 1, tzinfo=UTC), now, date(1983, 3, 4)).endswith("born.")


@pytest.mark.parametrize(
    ("systolic", "diastolic", "state", "word"),
    [
        (118, 76, "good", "In range"), (119, 79, "good", "In range"), (120, 79, "info", "Elevated"),
        (129, 79, "info", "Elevated"), (130, 79, "watch", "High"), (119, 80, "watch", "High"),
        (139, 89, "watch", "High"),
        (140, 85, "watch", "High"), (148, 92, "watch", "High"), (180, 110, "watch", "High"),
        (181, 100, "act", "Very high"),
        (150, 121, "act", "Very high"), (89, 62, "watch", "Low"), (100, 59, "watch", "Low"),
    ],
)  # fmt: skip
def test_pressures_of_adults_are_judged_by_the_guideline(systolic, diastolic, state, word):
    found = rules.judge_pressure(D(systolic), D(diastolic), 43)
    assert (found.state, found.word) == (state, word)
    assert found.source["citation"] and found.source["url"]


def test_the_categories_of_the_guideline_are_told_apart():
    assert rules.judge_pressure(D(139), D(89), 43).note == "stage 1 range"
    assert rules.judge_pressure(D(139), D(90), 43).note == "stage 2 range"
    assert rules.judge_pressure(D(118), None, 43) is None
    assert rules.judge_pressure(D(150), None, 43).word == "High"
    assert rules.judge_pressure(D(90), D(50), 0.5) is None
    assert rules.judge_pressure(D(150), D(95), None) is None


def test_the_office_repeats_a_high_pressure_after_a_minute():
    assert rules.repeat_pressure(D(148), D(92), 43)
    assert not rules.repeat_pressure(D(118), D(76), 43)
    assert not rules.repeat_pressure(D(148), D(92), 9)


@pytest.mark.parametrize(
    ("name", "value", "unit", "word"),
    [
        ("pulse", "40", "/min", "Very low"), ("pulse", "59", "/min", "Low"), ("pulse", "60", "/min", "In range"),
        ("pulse", "100", "/min", "In range"), ("pulse", "101", "/min", "High"), ("pulse", "131", "/min", "Very high"),
        ("respirations", "8", "/min", "Very low"), ("respirations", "12", "/min", "In range"),
        ("respirations", "20", "/min", "In range"), ("respirations", "21", "/min", "High"),
        ("respirations", "25", "/min", "Very high"), ("temperature", "98.4", "[degF]", "In range"),
        ("temperature", "100.4", "[degF]", "In range"), ("temperature", "100.6", "[degF]", "High"),
        ("temperature", "96.8", "[degF]", "Low"), ("temperature", "36.1", "Cel", "In range"),
        ("temperature", "95", "[degF]", "Very low"),
        ("oxygen_saturation", "98", "%", "In range"), ("oxygen_saturation", "94", "%", "In range"),
        ("oxygen_saturation", "93", "%", "Low"), ("oxygen_saturation", "91", "%", "Very low"),
        ("bmi", "18.49", "kg/m2", "Healthy weight"), ("bmi", "18.4", "kg/m2", "Underweight"),
        ("bmi", "25", "kg/m2", "Overweight"),
        ("bmi", "31.7", "kg/m2", "Obesity class 1"), ("bmi", "40", "kg/m2", "Obesity class 3"),
    ],
)  # fmt: skip
def test_other_signs_of_adults_are_judged(name, value, unit, word):
    found = rules.judge(name, D(value), unit, 43)
    assert found.word == word
    assert found.source["citation"]


def test_where_no_source_speaks_nothing_is_judged():
    assert rules.judge("pulse", D(72), "/min", None) is None
    assert rules.judge("bmi", D(22), "kg/m2", 19) is None
    assert rules.judge("weight", D(80), "kg", 43) is None
    assert rules.judge("pain", D(9), "{score}", 43) is None
    assert rules.judge("temperature", D(102), "[degF]", None) is None
    assert rules.judge("temperature", D("38.5"), "Cel", 30, pregnant=True) is None
    assert rules.judge("oxygen_saturation", D(97), "%", 43, oxygen=True) is None
    assert rules.judge("oxygen_saturation", D(90), "%", 43, oxygen=True).word == "Very low"


def test_ages_are_whole_on_birthdays():
    assert rules.years(date(2008, 2, 29), date(2026, 2, 28)) < 18
    assert rules.years(date(2008, 2, 29), date(2026, 3, 1)) == 18
    assert rules.years(date(1983, 3, 4), date(2026, 3, 4)) == 43
    assert rules.years(date(2026, 11, 1), date(2026, 10, 1)) is None
    assert rules.years(None, NOV) is None


@pytest.mark.parametrize(
    ("name", "value", "unit", "text"),
    [
        ("temperature", "36.9", "Cel", "98.4"), ("weight", "85.094", "kg", "187.6"), ("height", "163.83", "cm", "64.5"),
        ("height", "162.56", "cm", "64"), ("systolic", "148", "mm[Hg]", "148"), ("bmi", "31.70", "kg/m2", "31.7"),
        ("temperature", "98", "[degF]", "98.0"), ("weight", "80", "furlong", "80 furlong"),
        ("height", "165.1", "cm", "65"),
    ],
)  # fmt: skip
def test_values_are_written_as_the_office_works(name, value, unit, text):
    assert rules.office_text(name, D(value), unit) == text


def test_bmi_is_kilograms_over_square_meters():
    kg = units.convert(D("187.6"), "[lb_av]", "kg")
    cm = units.convert(D("64.5"), "[in_i]", "cm")
    assert rules.bmi(kg, cm) == D("31.70")


def test_every_code_is_a_loinc_code_once():
    for code in [*by_code(), *(p["code"] for p in rules.PANELS.values() if "code" in p)]:
        body, _, check = code.partition("-")
        doubled = [sum(divmod(int(c) * (2 if i % 2 == 0 else 1), 10)) for i, c in enumerate(reversed(body))]
        assert -sum(doubled) % 10 == int(check), code
    codes = [c["code"] for one in rules.SIGNS.values() for c in one.codes]
    assert len(codes) == len(set(codes))


def _verhoeff(code: str) -> bool:
    """The check digit of SNOMED identifiers (Verhoeff): the group of ten symmetries, and one permutation of digits."""
    permutation, kept = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), 0
    for place, digit in enumerate(reversed(code)):
        turned = int(digit)
        for _ in range(place % 8):
            turned = permutation[turned]
        one, other = divmod(kept, 5), divmod(turned, 5)
        kept = (one[1] + (-other[1] if one[0] else other[1])) % 5 + 5 * (one[0] ^ other[0])
    return kept == 0


def test_every_snomed_code_checks():
    table = json.loads((DATA / "qualifiers.json").read_text())
    codes = [e["code"] for kind in table.values() if isinstance(kind, dict) for e in kind.values() if "code" in e]
    assert len(codes) > 20
    assert [code for code in codes if not _verhoeff(code)] == []


def test_every_unit_of_every_sign_is_known_and_fits():
    for one in rules.SIGNS.values():
        for unit in one.units:
            assert units.unit(unit).kind == units.unit(one.standard).kind
        assert one.date or one.coded or one.office in one.units


def test_every_number_has_a_source_beside_it():
    judgements = json.loads((DATA / "judgements.json").read_text())
    for source in judgements["sources"].values():
        assert source["citation"] and source["url"].startswith("https://") and source["as_of"]
    for bands in judgements["bands"].values():
        assert all(band["source"] in judgements["sources"] for band in bands)
    assert json.loads((DATA / "limits.json").read_text())["source"] == "medassist entry check, not a clinical limit"
    for name in ("signs", "qualifiers"):
        table = json.loads((DATA / f"{name}.json").read_text())
        assert table["source"] and table["url"] and table["licence"]


def test_bands_of_ages_leave_no_hole():
    limits = json.loads((DATA / "limits.json").read_text())
    for part in ("plausible", "changes"):
        for name, bands in limits[part].items():
            for one, other in zip(bands, bands[1:], strict=False):
                assert one["to"] == other["from"], name
            assert "to" not in bands[-1], name


signs = st.sampled_from([s for s in rules.SIGNS.values() if not s.date and not s.coded])


@given(signs, st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=5000, places=2), st.data())
def test_a_value_that_can_be_in_one_unit_can_be_in_the_other(one, value, data):
    unit = data.draw(st.sampled_from(one.units))
    if not rules.faults(one.name, value, unit):
        standard = rules.in_standard(one.name, value, unit)
        assert not rules.faults(one.name, standard, one.standard)
        assert rules.doubts(one.name, value, unit, years=43) == [] or one.name != "pain"


@given(signs, st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=5000, places=2), st.data())
def test_what_is_proposed_can_be(one, value, data):
    unit = data.draw(st.sampled_from(one.units))
    if (meant := rules.suggestion(one.name, value, unit)) is not None:
        assert rules.faults(one.name, *meant) == [] or one.name == "pain"
