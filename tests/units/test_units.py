"""Units: exact tables, the second opinion of a whole UCUM reader, and what people write."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medassist.codecs import units

EXACT = [
    ("98.6", "[degF]", "Cel", "37"),
    ("-40", "[degF]", "Cel", "-40"),
    ("37", "Cel", "[degF]", "98.6"),
    ("212", "[degF]", "K", "373.15"),
    ("0", "K", "Cel", "-273.15"),
    ("1", "[lb_av]", "kg", "0.45359237"),
    ("1", "[lb_av]", "[oz_av]", "16"),
    ("1", "[stone_av]", "[lb_av]", "14"),
    ("1", "[stone_av]", "kg", "6.35029318"),
    ("70", "kg", "g", "70000"),
    ("64.5", "[in_i]", "cm", "163.83"),
    ("1", "[ft_i]", "[in_i]", "12"),
    ("1", "[yd_i]", "m", "0.9144"),
    ("120", "mm[Hg]", "kPa", "15.99864"),
    ("16", "kPa", "Pa", "16000"),
    ("1", "hPa", "Pa", "100"),
    ("10", "cm[H2O]", "Pa", "980.665"),
    ("72", "/min", "/s", "1.2"),
    ("1", "Hz", "/min", "60"),
    ("60", "/h", "/min", "1"),
    ("98", "%", "1", "0.98"),
    ("2", "L/min", "mL/min", "2000"),
    ("1", "L/s", "L/min", "60"),
    ("30", "kg/m2", "g/cm2", "3"),
    ("1.9", "m2", "cm2", "19000"),
    ("3", "a", "d", "1095.75"),
    ("12", "mo", "a", "1"),
    ("2", "wk", "d", "14"),
    ("36.525", "kg/a", "g/d", "100"),
    ("1", "[in_i]/a", "cm/a", "2.54"),
]


@pytest.mark.parametrize(("value", "given", "wanted", "expected"), EXACT)
def test_a_conversion_is_exact(value, given, wanted, expected):
    assert units.convert(Decimal(value), given, wanted) == Decimal(expected)


def test_there_are_about_forty_units_each_with_its_source():
    assert 40 <= len(units.codes()) <= 60
    for code in units.codes():
        one = units.unit(code)
        assert one.source and one.name and one.factor > 0


def test_nobody_writes_one_word_for_two_units():
    seen: dict[str, str] = {}
    for code in units.codes():
        for word in {w.casefold() for w in (*units.unit(code).also, units.unit(code).name)}:
            assert seen.setdefault(word, code) == code, word


def test_a_whole_ucum_reader_gives_the_same_factors():
    ucumvert = pytest.importorskip("ucumvert")
    registry = ucumvert.PintUcumRegistry()
    for code in (c for c in units.codes() if "{" not in c):  # ucumvert reads no annotation that stands alone
        ours = units.unit(code)
        base = next(u for u in map(units.unit, units.codes()) if u.kind == ours.kind and u.factor == 1 and not u.zero)
        theirs = registry.Quantity(100.0, registry.from_ucum(code).units).to(registry.from_ucum(base.code).units)
        expected = float((Fraction(100) - ours.zero) * ours.factor)
        # pint's millimeter of mercury is NIST's 133.3224 Pa, UCUM's is 133.3220
        assert theirs.magnitude == pytest.approx(expected, rel=1e-9 if code != "mm[Hg]" else 4e-6), code


values = st.decimals(min_value=-1000, max_value=100000, places=4, allow_nan=False, allow_infinity=False)
pairs = st.sampled_from(
    [(a, b) for a in units.codes() for b in units.codes() if units.unit(a).kind == units.unit(b).kind]
)


@given(values, pairs)
def test_there_and_back_is_the_same(value, pair):
    there = units.convert(value, *pair)
    assert units.convert(there, pair[1], pair[0], places=10) == value


@given(values, values, pairs)
def test_more_stays_more(one, other, pair):
    low, high = sorted((one, other))
    assert units.convert(low, *pair) <= units.convert(high, *pair)


@pytest.mark.parametrize(
    ("written", "default", "value", "code"),
    [
        ("98.6", "[degF]", "98.6", "[degF]"),
        (" 98.6 F ", None, "98.6", "[degF]"),
        ("37°C", "[degF]", "37", "Cel"),
        ("187.6lb", None, "187.6", "[lb_av]"),
        ("187.6 lbs", None, "187.6", "[lb_av]"),
        ("85 kg", "[lb_av]", "85", "kg"),
        ("5'4\"", "[in_i]", "64", "[in_i]"),
        ("5' 4.5", "[in_i]", "64.5", "[in_i]"),
        ("5’4”", "[in_i]", "64", "[in_i]"),
        ("5ft 4in", None, "64", "[in_i]"),
        ("5 ft 4", None, "64", "[in_i]"),
        ("5'", None, "5", "[ft_i]"),
        ("12 lb 3.5 oz", "[lb_av]", "195.5", "[oz_av]"),
        ("11 st 4 lb", None, "158", "[lb_av]"),
        ("1m 63cm", None, "163", "cm"),
        ("120 mmHg", None, "120", "mm[Hg]"),
        ("1,000 g", None, "1000", "g"),
        (".5 L/min", None, "0.5", "L/min"),
        ("16 kg/m2", None, "16", "kg/m2"),
    ],
)
def test_what_people_write_is_read(written, default, value, code):
    assert units.quantity(written, default) == (Decimal(value), code)


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "abc", "NaN", "Infinity", "1e5", "12..3", "٣٧", "98,6", "12 34", "5'13\"", "5.5'4\"", "5'4\"3",
        "12 furlongs", "98.6 😀", "😀", "-", "+", "1" * 100, "9 " + "x" * 70, "x" * 10_000_000, "120/80", "1 2 3",
        "\x00", "--5", "5 lb 4 in",
    ],
)  # fmt: skip
def test_what_is_no_measurement_is_refused_in_words(written):
    with pytest.raises(units.UnitError) as refused:
        units.quantity(written, "[lb_av]")
    assert 0 < len(str(refused.value)) < 80


@pytest.mark.parametrize("bad", ["", "furlong", "kgg", "{beats", "x" * 10_000, None, "{beats}/fortnight"])
def test_an_unknown_unit_is_named(bad):
    with pytest.raises(units.UnknownUnit) as refused:
        units.unit(bad)
    assert str(refused.value).endswith(("is not a unit known here.", "A unit is missing."))


def test_annotations_change_nothing():
    assert units.unit("{beats}/min").code == units.unit("/min{breaths}").code == "/min"
    assert units.unit("{score}").code == "{score}"
    assert units.unit("{anything}").code == "1"


def test_kinds_do_not_mix():
    with pytest.raises(units.NotComparable, match="Kilogram does not convert into centimeter"):
        units.convert(Decimal(1), "kg", "cm")
    with pytest.raises(units.NotComparable):
        units.convert(Decimal(5), "{score}", "%")


@pytest.mark.parametrize("bad", [Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999999"), Decimal("1E-999999"), True])
def test_no_number_breaks_the_arithmetic(bad):
    with pytest.raises(units.UnitError):
        units.convert(bad, "kg", "g")


@given(st.text(max_size=90))
def test_reading_never_fails_otherwise(text):
    try:
        value, code = units.quantity(text, "kg")
    except units.UnitError:
        return
    assert value.is_finite() and units.unit(code)
