"""NEWS2, and one set judged as a whole by the rules alone, as `medassist vitals assess` gives it."""

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from medassist.domain.vitals.rules import news2
from medassist.interfaces.cli import vitals

WELL = {"respirations": 16, "oxygen_saturation": 97, "systolic": 120, "pulse": 70, "temperature": "36.9"}


def points(oxygen=False, consciousness="A", scale=1, **other):
    values = {name: Decimal(str(value)) for name, value in {**WELL, **other}.items() if value is not None}
    return news2.score(values, oxygen=oxygen, consciousness=consciousness, scale=scale, years=50)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("respirations", {8: 3, 9: 1, 11: 1, 12: 0, 20: 0, 21: 2, 24: 2, 25: 3}),
        ("oxygen_saturation", {91: 3, 92: 2, 93: 2, 94: 1, 95: 1, 96: 0, 100: 0}),
        ("systolic", {90: 3, 91: 2, 100: 2, 101: 1, 110: 1, 111: 0, 219: 0, 220: 3}),
        ("pulse", {40: 3, 41: 1, 50: 1, 51: 0, 90: 0, 91: 1, 110: 1, 111: 2, 130: 2, 131: 3}),
        ("temperature", {"35.0": 3, "35.1": 1, "36.0": 1, "36.1": 0, "38.0": 0, "38.1": 1, "39.0": 1, "39.1": 2}),
    ],
)
def test_each_part_has_the_points_of_the_chart(part, expected):
    for value, wanted in expected.items():
        assert points(**{part: value}).parts[part] == wanted, value


def test_oxygen_and_consciousness_count():
    assert points().total == 0 and points(oxygen=True).total == 2
    assert [points(consciousness=level).total for level in "ACVPU"] == [0, 3, 3, 3, 3]


def test_the_second_scale_asks_for_less_oxygen():
    on_air = {83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 0, 97: 0, 100: 0}
    on_oxygen = {83: 3, 85: 2, 87: 1, 88: 0, 92: 0, 93: 1, 94: 1, 95: 2, 96: 2, 97: 3, 100: 3}
    for value, wanted in on_air.items():
        assert points(scale=2, oxygen_saturation=value).parts["oxygen_saturation"] == wanted
    for value, wanted in on_oxygen.items():
        assert points(scale=2, oxygen=True, oxygen_saturation=value).parts["oxygen_saturation"] == wanted


def test_the_risk_follows_the_total_and_a_single_three():
    assert points().risk == "low" and points(respirations=8).risk == "low-medium"
    assert points(respirations=25, pulse=115).risk == "medium"
    assert points(respirations=25, pulse=131, systolic=95).risk == "high"


def test_without_all_parts_there_is_no_score():
    for part in WELL:
        assert points(**{part: None}) is None
    assert points(oxygen=None) is None and points(consciousness=None) is None
    assert news2.score({k: Decimal(str(v)) for k, v in WELL.items()}, oxygen=False, consciousness="A", years=15) is None


# -- the command

ADULT = {
    "birth_date": "1983-03-04", "sex": "female", "at": "2026-11-23T10:38:00-08:00", "oxygen": False,
    "consciousness": "A",
    "values": [
        {"code": "8480-6", "value": 148, "unit": "mm[Hg]"}, {"code": "8462-4", "value": 92, "unit": "mm[Hg]"},
        {"code": "8867-4", "value": 88, "unit": "/min"}, {"code": "9279-1", "value": 16, "unit": "/min"},
        {"code": "8310-5", "value": 98.4, "unit": "[degF]"}, {"code": "59408-5", "value": 98, "unit": "%"},
        {"code": "29463-7", "value": 187.6, "unit": "[lb_av]"}, {"code": "8302-2", "value": 64.5, "unit": "[in_i]"},
    ],
}  # fmt: skip


def run(given, *options):
    done = CliRunner().invoke(vitals.command, ["assess", *(options or ["--json"])], input=given)
    return done


def answer(**parts):
    done = run(json.dumps({**ADULT, **parts}))
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_an_adult_set_is_judged_scored_and_given_an_index():
    told = answer()
    assert told["scores"]["news2"] == 0
    assert told["values"]["bmi"] == 31.7 and told["percentiles"] == []
    flags = {(one["sign"], one["kind"]): one for one in told["flags"]}
    assert set(flags) == {("systolic", "judgement"), ("bmi", "judgement")}
    assert flags["systolic", "judgement"]["text"] == "High, stage 2 range"
    assert flags["bmi", "judgement"]["source"]["url"].startswith("https://www.cdc.gov/")


def test_a_slip_is_flagged_with_what_was_meant_and_keeps_the_score_away():
    rows = [*ADULT["values"][:4], {"code": "8310-5", "value": 986, "unit": "F"}, *ADULT["values"][5:]]
    told = answer(values=rows)
    [flag] = [one for one in told["flags"] if one["kind"] == "impossible"]
    assert (flag["text"], flag["suggestion"]) == (
        "986 °F is not possible. Did you mean 98.6?", {"value": 98.6, "unit": "[degF]"},
    )  # fmt: skip
    assert "news2" not in told["scores"]


def test_a_jump_since_last_time_is_flagged():
    last = [{"code": "29463-7", "value": 287.6, "unit": "lb", "at": "2026-08-12"}]
    texts = [one["text"] for one in answer(previous=last)["flags"]]
    assert "−100 lb since Aug 12. Weigh again?" in texts


def test_a_child_is_placed_on_the_curves():
    told = answer(
        birth_date="2018-05-23", sex="male", at="2026-11-23",
        values=[{"code": "29463-7", "value": 40, "unit": "kg"}, {"code": "8302-2", "value": 130, "unit": "cm"}],
    )  # fmt: skip
    placed = {one["measure"]: one for one in told["percentiles"]}
    assert set(placed) == {"weight-for-age", "stature-for-age", "bmi-for-age"}
    assert placed["bmi-for-age"]["reference"] == "cdc-extended-bmi" and placed["bmi-for-age"]["percentile"] > 95
    assert "news2" not in told["scores"]


def test_an_infant_measured_lying_is_placed_by_length():
    told = answer(
        birth_date="2026-05-23", sex="F", at="2026-11-23",
        values=[{"code": "29463-7", "value": 7300, "unit": "g"}, {"code": "8306-3", "value": 65.7, "unit": "cm"},
                      {"code": "9843-4", "value": 42.2, "unit": "cm"}],
    )  # fmt: skip
    assert {one["measure"] for one in told["percentiles"]} == {
        "weight-for-age", "length-for-age", "head-circumference-for-age",
    }  # fmt: skip
    assert all(abs(one["z"]) < 0.5 for one in told["percentiles"])


def test_a_whole_observation_is_understood():
    pressure = {
        "resourceType": "Observation", "effectiveDateTime": "2026-11-23",
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        "component": [{"code": {"coding": [{"system": "http://loinc.org", "code": code}]},
                       "valueQuantity": {"value": value, "code": "mm[Hg]"}}
                      for code, value in (("8480-6", 182), ("8462-4", 96))],
    }  # fmt: skip
    told = answer(values=[pressure])
    assert told["flags"][0]["text"].startswith("Very high")


def test_lines_are_answered_in_order_and_bad_ones_in_their_place(tmp_path):
    lines = [json.dumps(ADULT), "not json", json.dumps({"values": [{"code": "1-8", "value": 1}]}), "[]", "",
             json.dumps({**ADULT, "birth_date": "2027-01-01"}), '{"values": [{"code": "8867-4", "value": NaN}]}',
             json.dumps({"values": []})]  # fmt: skip
    file = tmp_path / "sets.jsonl"
    file.write_text("\n".join(lines) + "\n")
    done = run(None, "--batch", str(file))
    told = [json.loads(line) for line in done.output.splitlines()]
    assert len(told) == len(lines)
    assert told[0]["scores"]["news2"] == 0 and told[-1]["flags"] == []
    assert all("error" in one for one in told[1:-1])


def test_what_cannot_be_understood_is_wrong_usage():
    for given in ("", "[1]", "{}", '{"values": [3]}', '{"values": [{"code": "8867-4", "value": "x"}]}'):
        assert run(given).exit_code == 2


def test_without_json_it_is_told_in_words():
    done = run(json.dumps(ADULT), "assess")
    done = CliRunner().invoke(vitals.command, ["assess"], input=json.dumps(ADULT))
    assert "Systolic: High, stage 2 range" in done.output and "NEWS2 0, low risk" in done.output
