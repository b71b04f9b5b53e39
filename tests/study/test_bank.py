"""The question bank that comes with the product, and the checker on questions that are bad on purpose."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from medassist.domain.credentials import rules as credentials
from medassist.domain.study import rules
from medassist.domain.study.rules import choices
from medassist.domain.study.rules.bank import read
from medassist.domain.study.rules.grams import alike
from tests.study.given import question, questions

LEAST = 600


def written(folder: Path, rows: list, name: str = "safety") -> Path:
    (folder / f"{name}.json").write_text(json.dumps(rows, indent=1))
    return folder


def texts(folder: Path) -> str:
    return "\n".join(str(fault) for fault in rules.check(folder).faults)


def test_the_bank_of_the_product_has_no_fault_and_is_large_enough():
    found = rules.check()
    assert not found.faults, "\n".join(map(str, found.faults))
    assert found.items >= LEAST and found.items == len(rules.bank().items)
    assert set(found.topics) == set(rules.outlines().topics)


def test_every_item_says_whether_it_was_read_a_second_time():
    for one in rules.bank().items.values():
        assert one.read is None or {"on", "how", "changes"} <= set(one.read), one.id


def test_the_same_files_give_the_same_hash_and_other_files_another(tmp_path):
    rows = [question("safety", at + 1) for at in range(3)]
    first = rules.check(written(tmp_path, rows)).hash
    assert rules.check(tmp_path).hash == first
    rows[0]["rationale"] = "Another."
    assert rules.check(written(tmp_path, rows)).hash != first


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"options": ["one", "two", "three"]}, "there are not four options"),
        ({"options": ["Wear gloves", "wear  gloves!", "a mask", "a gown"]}, "two options say the same"),
        ({"key": 4}, "the key names none"),
        ({"key": "1"}, "key is missing or of another kind"),
        ({"key": True}, "key is missing or of another kind"),
        ({"difficulty": None}, "difficulty is missing"),
        ({"difficulty": 7}, "between -3 and 3"),
        ({"topic": "magic", "id": "magic-001"}, "no topic is called magic"),
        ({"id": "Safety 1"}, "the id is not"),
        ({"rationale": "  "}, "there is no rationale"),
        ({"stem": "Which one?"}, "the stem has 2 words"),
        ({"source": {"title": "x", "publisher": "", "url": "https://a.gov", "as_of": "2026-01-01"}}, "lacks publisher"),
        ({"source": {"title": "x", "publisher": "y", "url": "a.gov", "as_of": "2026-01-01"}}, "no web address"),
        ({"source": {"title": "x", "publisher": "y", "url": "https://a.gov", "as_of": "soon"}}, "as_of is no day"),
        ({"written": ""}, "written is no day"),
        ({"read": {"on": "2026-11-27"}}, "a second reading says"),
        ({"options": ["a mask", "a gown", "a shield", "all of the above"]}, "no answer of its own: all of the above"),
        ({"stem": "After a needle stick the medical assistant first of all goes to the room and takes an"}, "article"),
        (
            {"stem": "A worker splashes bleach and wants the eyewash station; which thing is used at once for this?",
             "options": ["the eyewash station", "a dry towel", "a warm cloth", "an ice pack"], "key": 0},
            "only the key repeats the stem's eyewash, station",
        ),
        (
            {"options": ["rinse with plenty of running water for at least fifteen minutes then report", "wipe",
                         "wait", "cover"], "key": 0},
            "much longer than every other",
        ),
        ({"options": ["15 minutes", "a while", "all morning", "one shift"], "key": 0}, "a number among words"),
        ({"options": ["Rinse it", "wipe it", "cover it", "wait now"], "key": 0}, "first letter's case"),
    ],
)  # fmt: skip
def test_a_bad_question_is_named_with_its_fault(parts, said):
    row = {**question("safety", 1, **{k: v for k, v in parts.items() if k == "options"}), "id": "safety-001", **parts}
    assert said in "\n".join(rules.faults_of(row))


def test_a_good_question_has_no_fault():
    assert rules.faults_of(question("safety", 1)) == []


def test_what_is_no_item_at_all_is_said_and_nothing_breaks(tmp_path):
    said = texts(written(tmp_path, ["text", {"id": "safety-002"}, 7]))
    assert "an item is an object" in said and "safety-002" in said and "options" in said


def test_a_broken_file_is_told_with_line_and_column_and_the_others_are_still_read(tmp_path):
    written(tmp_path, [question("safety", 1)])
    (tmp_path / "ekg.json").write_text('[\n {"id": "ekg-001",,\n]')
    said = texts(tmp_path)
    assert "ekg.json:2" in said and "column" in said and "safety.json" not in said


def test_what_cannot_be_read_is_left_out_and_the_rest_can_be_practiced(tmp_path):
    written(tmp_path, [question("safety", 1), {"id": "safety-002"}, 7])
    (tmp_path / "ekg.json").write_text("[{")
    assert list(read(tmp_path).items) == ["own-safety-001"]


def test_nobody_s_start_waits_for_the_heavy_packages():
    code = "import sys, medassist.domain.study.rules; print({'numpy', 'fsrs', 'girth'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_the_same_question_with_a_few_words_changed_is_found():
    first = question("safety", 1)
    words = first["stem"].split()
    words[6] = "otherwise"
    near = {**question("safety", 2), "stem": " ".join(words), "options": first["options"], "key": first["key"]}
    far = question("safety", 3)
    items = [rules.item(one) for one in (first, near, far)]
    assert [fault.item for fault in rules.repeated(items)] == [near["id"]]


def test_likeness_is_of_five_words_in_a_row_not_of_single_words():
    text = "the cuff goes over the bare upper arm two fingers above the bend of the elbow"
    turned = " ".join(reversed(text.split()))
    assert list(alike([("a", text), ("b", turned)], 0.01)) == []
    [(one, other, how)] = alike([("a", text), ("b", f"{text} today")], 0.3)
    assert (one, other) == ("a", "b") and 0.9 < how < 1


def test_an_id_that_stands_twice_is_a_fault(tmp_path):
    rows = [question("safety", 1), {**question("safety", 2), "id": "own-safety-001"}]
    assert "this id stands 2 times" in texts(written(tmp_path, rows))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda at, row: {"key": 1}, "the key is option B in 100%"),
        (lambda at, row: {"difficulty": -1.5}, "are easy"),
        (lambda at, row: {"options": _long_key(row)}, "the key is the longest option in 100%"),
        (lambda at, row: {"options": _short_key(row)}, "the key is the shortest option in 100%"),
        (lambda at, row: {"stem": "Which of these is NOT " + row["stem"]}, "of the stems are negative"),
    ],
)
def test_rates_that_give_keys_away_are_told_for_a_file(tmp_path, change, said):
    rows = [{**row, **change(at, row)} for at, row in enumerate(questions(24, topics=["safety"]))]
    assert said in texts(written(tmp_path, rows))


def _long_key(row):
    return [f"{text}{'xyz' if at == row['key'] else ''}" for at, text in enumerate(row["options"])]


def _short_key(row):
    return [f"{text}{'' if at == row['key'] else 'xyz'}" for at, text in enumerate(row["options"])]


def test_rates_of_a_few_questions_say_nothing(tmp_path):
    rows = [{**row, "key": 1} for row in questions(5, topics=["safety"])]
    assert "option B" not in texts(written(tmp_path, rows))


def test_a_lopsided_bank_is_told_by_part(tmp_path):
    said = texts(written(tmp_path, questions(4, topics=["safety"])))
    assert "Clinical is 100.0 % of the bank" in said and "no questions on" in said and "anatomy" in said


def test_every_number_of_an_outline_is_the_one_on_file_with_its_source():
    book = credentials.book()
    outlines = json.loads((choices.DATA / "outlines.json").read_bytes())
    looked = 0
    for exam in outlines["exams"]:
        raw = book.credentials[exam["code"]].raw
        for name in ("questions", "scored", "minutes", "segments", "scale"):
            fact = exam[name]
            if fact["value"] is None:
                assert fact["confidence"] == "not found"
                continue
            kept = _under(raw, fact["path"])
            if isinstance(kept, dict):
                assert (kept["value"], kept["source"], kept["confidence"]) == (
                    fact["value"], fact["source"]["id"], fact["confidence"],
                )  # fmt: skip
            else:
                assert kept == fact["value"]
            source = book.credentials[exam["code"]].sources[fact["source"]["id"]]
            assert (source.url, source.as_of) == (fact["source"]["url"], fact["source"]["as_of"])
            looked += 1
    assert looked >= 16


def test_the_weights_of_an_outline_are_those_on_file():
    book = credentials.book()
    outlines = json.loads((choices.DATA / "outlines.json").read_bytes())
    for exam in (one for one in outlines["exams"] if one["areas"]):
        rows = _under(book.credentials[exam["code"]].raw, exam["mix"]["path"])
        which = exam["mix"]["weight_is"]
        flat = [sub for row in rows for sub in row.get("subdomains", [row])]
        assert [area["weight"] for area in exam["areas"]] == [row[which] for row in flat], exam["code"]
        for area, row in zip(exam["areas"], flat, strict=True):
            assert area["name"].endswith(row["name"]) or row["name"] in area["name"]


def _under(raw, path):
    for name in path.split("."):
        raw = raw[name]
    return raw


def test_every_topic_belongs_to_one_part_and_to_one_area_of_every_examination_that_can_be_practiced():
    outlines = rules.outlines()
    assert set(outlines.part_of) == set(outlines.topics)
    for exam in outlines.exams.values():
        topics = [topic for area in exam.areas for topic in area.topics]
        assert len(topics) == len(set(topics)), exam.code
        assert not exam.known or set(topics) == set(outlines.topics), exam.code
    assert [code for code, exam in outlines.exams.items() if not exam.known] == ["NCMA-NCCT"]


def test_every_number_that_practice_rests_on_says_why():
    file = json.loads((choices.DATA / "choices.json").read_bytes())
    for group in ("model", "practice", "placement", "readiness", "calibration", "check"):
        for name, one in file[group].items():
            assert one["why"].strip(), (group, name)


def test_the_bank_s_shares_are_those_of_the_mix_that_is_on_file():
    shares, areas = rules.outlines().shares, rules.outlines().exams["CMA-AAMA"].areas
    for (low, high), area in zip((span for _, span in shares.values()), areas, strict=True):
        assert (low, high) == (area.weight - 2, area.weight + 2)
