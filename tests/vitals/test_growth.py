"""Growth: held against CDC's own program, WHO's tables, and worked examples."""

import csv
import gzip
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medassist.domain.vitals.rules import growth

SEX = {"1": "male", "2": "female"}


def test_every_child_of_cdcs_program_is_placed_where_it_places_them(shared):
    text = gzip.decompress((shared / "corpora/growth/cdc-sas-expected-shared.csv.gz").read_bytes()).decode()
    worst: dict[str, float] = {}
    count = 0
    for row in csv.DictReader(text.splitlines()):
        months, sex = float(row["agemos"]), SEX[row["sex"]]
        weight, height, bmi = float(row["weight"]), float(row["height"]), float(row["bmi"])
        found = {one.measure: one for one in growth.assess(sex, months * 30.4375, weight=weight, stature=height)}
        found["bmi-for-age"] = growth.bmi_for_age(sex, months, bmi)
        for measure, z, share in (
            ("weight-for-age", "waz", "wapct"), ("stature-for-age", "haz", "hapct"), ("bmi-for-age", "bmiz", "bmipct"),
        ):  # fmt: skip
            worst[z] = max(worst.get(z, 0), abs(found[measure].z - float(row[z])))
            worst[share] = max(worst.get(share, 0), abs(found[measure].percentile - float(row[share])))
            assert found[measure].reference == "CDC"
        if row["whz"]:
            curve = growth.lms("cdc2000", "weight-for-stature", sex, height)
            worst["whz"] = max(worst.get("whz", 0), abs(growth.z_score(weight, curve) - float(row["whz"])))
        worst["bmip95"] = max(worst.get("bmip95", 0), abs(found["bmi-for-age"].percent_of_95th - float(row["bmip95"])))
        count += 1
    assert count == 8340
    # seven heights were rounded after the program had used them; all else agrees to nine decimals
    assert max(worst.values()) < 0.005, worst
    assert max(worst[name] for name in ("waz", "wapct", "bmiz", "bmipct", "bmip95")) < 1e-8, worst


WORKED = re.compile(
    r"Z = \(+\s*([\d.]+) / ([\d.]+)\s*\)\s*(?:\^|\*\*) (-?[\d.]+)\)? - 1\)? / \(\s*(-?[\d.]+) \* ([\d.]+)\)"
)


def worked(text):
    """The worked examples of a z-score: value, L, M, S, and the result that stands some lines below."""
    lines = [line.strip() for line in text.splitlines()]
    for n, line in enumerate(lines):
        if found := WORKED.search(line):
            value, median, power, _, spread = map(float, found.groups())
            near = lines[n + 1 : n + 14]
            after = itertools.takewhile(lambda k, this=found[0]: not (m := WORKED.search(k)) or m[0] == this, near)
            result = next((m[1] for k in after if (m := re.fullmatch(r"Z = (-?[\d.]+)", k))), None)
            if result is not None:
                yield value, (power, median, spread), float(result)


def test_every_worked_example_comes_out_as_it_was_worked_by_hand(shared):
    text = (shared / "corpora/growth/anthstat-test-oracle.txt").read_text("utf-8")
    examples = list(worked(text))
    assert len(examples) == 128
    for value, curve, z in examples:
        assert growth.z_score(value, curve) == pytest.approx(z, abs=1e-6)


@pytest.mark.parametrize(
    ("sex", "weight", "length", "z"),
    [
        ("male", 3, 45.1, 2.0983917942), ("male", 3, 45.2, 2.0308399725), ("male", 3.5, 49.9, 0.6296164294),
        ("female", 2.5, 45.1, 0.0990548497), ("female", 3, 48.11, 0.0236539279), ("female", 3, 48.12, 0.0170923531),
    ],
)  # fmt: skip
def test_weight_for_length_is_what_anthstat_works_out(sex, weight, length, z):
    found = {one.measure: one for one in growth.assess(sex, 20, weight=weight, stature=length)}["weight-for-length"]
    assert (found.reference, found.method) == ("WHO", "who2006")
    assert found.z == pytest.approx(z, abs=1e-6)


def test_the_index_of_infants_is_what_anthstat_works_out():
    curve = growth.lms("who2006", "bmi-for-age", "male", 0)
    assert growth.z_score(16.9, curve) == pytest.approx(2.33838524, abs=1e-6)
    weight = 13.1 * 0.4988**2
    found = {one.measure: one for one in growth.assess("male", 1, weight=weight, stature=49.88)}["bmi-for-age"]
    assert found.z == pytest.approx(-0.23455795, abs=1e-3) and found.reference == "WHO"


def test_the_tables_of_the_world_health_organization_are_those_of_the_other_copy(shared):
    files = {"bmianthro": "bmi-for-age", "lenanthro": "length-for-age", "weianthro": "weight-for-age"}
    for name, measure in files.items():
        rows = gzip.decompress((shared / f"corpora/growth/{name}.txt.gz").read_bytes()).decode().splitlines()
        for row in csv.DictReader(rows, delimiter="\t"):
            if int(row["age"]) <= 730:
                theirs = float(row["l"]), float(row["m"]), float(row["s"])
                ours = growth.lms("who2006", measure, SEX[row["sex"]], int(row["age"]))
                assert ours == pytest.approx(theirs, abs=6e-5)


def test_a_child_born_early_is_younger_than_it_is():
    # the example of CDC's training: 12 weeks old, born at 30 weeks, is 2 weeks
    assert growth.corrected_days(12 * 7, 30) == 14
    assert growth.corrected_days(100, 37) is None and growth.corrected_days(100, None) is None
    assert growth.corrected_days(100, 36.9) == pytest.approx(100 - 3.1 * 7)
    assert growth.corrected_days(730, 30) == 730 - 70 and growth.corrected_days(731, 30) is None
    assert growth.assess("male", growth.corrected_days(28, 30), weight=2.0) == []


@pytest.mark.parametrize(
    ("sex", "days", "given", "measure"),
    [
        ("male", 0, {"weight": 3.3464}, "weight-for-age"), ("male", 1, {"stature": 50.0601}, "length-for-age"),
        ("male", 398, {"weight": 9.8918}, "weight-for-age"),
        ("female", 0, {"head": 33.8787}, "head-circumference-for-age"),
    ],
)  # fmt: skip
def test_the_medians_of_the_world_health_organization_are_the_middle(sex, days, given, measure):
    found = {one.measure: one for one in growth.assess(sex, days, **given)}[measure]
    assert (found.reference, found.method) == ("WHO", "who2006")
    assert found.z == pytest.approx(0, abs=0.005) and found.percentile == pytest.approx(50, abs=0.2)


def test_beyond_three_deviations_weights_go_on_in_equal_steps():
    curve = growth.lms("who2006", "weight-for-age", "male", 200)
    third, second = growth.at_z(3, curve), growth.at_z(2, curve)
    [found] = growth.assess("male", 200, weight=third + 2 * (third - second))
    assert found.z == pytest.approx(5)
    low, lower = growth.at_z(-2, curve), growth.at_z(-3, curve)
    [found] = growth.assess("male", 200, weight=lower - (low - lower))
    assert found.z == pytest.approx(-4)


def test_the_reference_changes_at_two_years_and_ends_at_twenty():
    def of(months, **given):
        return {one.measure: one.reference for one in growth.assess("female", months * 30.4375, **given)}

    body = {"weight": 12.0, "stature": 86.0, "head": 47.0}
    assert of(23.9, **body) == dict.fromkeys(
        ("weight-for-age", "length-for-age", "head-circumference-for-age", "weight-for-length", "bmi-for-age"), "WHO"
    )
    assert set(of(24, **body)) == {"weight-for-age", "stature-for-age", "head-circumference-for-age", "bmi-for-age"}
    assert set(of(30, lying=True, **body)) == {
        "weight-for-age", "length-for-age", "head-circumference-for-age", "bmi-for-age", "weight-for-length",
    }  # fmt: skip
    assert of(240.1, **body) == {} and of(-1, **body) == {}
    assert growth.assess("unknown", 1000, weight=12) == []


def test_a_standing_infant_is_a_little_longer_lying():
    lying = growth.assess("male", 700, stature=86.0, lying=True)[0]
    standing = growth.assess("male", 700, stature=86.0, lying=False)[0]
    assert standing.value == pytest.approx(86.7) and standing.z > lying.z


def test_weights_for_length_lie_between_the_neighbours_they_were_taken_from():
    for sex in ("male", "female"):
        medians = [growth.lms("cdc2000", "weight-for-length", sex, 46 + n / 2)[1] for n in range(114)]
        steps = [b - a for a, b in zip(medians, medians[1:], strict=False)]
        assert min(steps) > 0.05 and max(steps) < 0.2, sex
        assert max(abs(b - a) for a, b in zip(steps, steps[1:], strict=False)) < 0.02


@given(
    st.sampled_from(["male", "female"]), st.floats(0, 7300), st.floats(0.5, 200), st.floats(40, 200), st.floats(25, 60)
)
def test_more_is_never_lower_and_nothing_overflows(sex, days, weight, stature, head):
    one = {p.measure: p for p in growth.assess(sex, days, weight=weight, stature=stature, head=head)}
    other = {p.measure: p for p in growth.assess(sex, days, weight=weight * 1.05, stature=stature, head=head)}
    for name, placed in one.items():
        assert 0 <= placed.percentile <= 100
        if name.startswith(("weight", "bmi")):
            assert other[name].z >= placed.z
