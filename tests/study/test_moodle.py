"""Questions as Moodle XML: out and in again, what others write, and what cannot be taken."""

import pytest
from click.testing import CliRunner

from medassist.codecs import moodle
from medassist.domain.study import actions, inputs, queries, rules, wire
from medassist.domain.study.models import OwnQuestion
from medassist.interfaces.cli.commands import cli
from medassist.kernel.testing import context
from tests.study.given import question, questions

OTHERS = b"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <!-- question: 0  -->
  <question type="category">
    <category><text>$course$/top/Default for MA 101/phlebotomy</text></category>
    <info format="html"><text></text></info><idnumber></idnumber>
  </question>
  <question type="multichoice">
    <name><text>Tourniquet</text></name>
    <questiontext format="html"><text><![CDATA[<p>How long may a tourniquet stay on the arm&nbsp;&mdash; by the
 manual of this practice &amp; its course on drawing blood?</p>]]></text></questiontext>
    <generalfeedback format="html"><text><![CDATA[<p>Longer changes the sample.</p>
<p>Source: Phlebotomy manual | Alder Street | https://alderstreet.example/phlebotomy | 2026-10-01</p>]]></text></generalfeedback>
    <defaultgrade>1.0000000</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden><idnumber>phlebotomy-101</idnumber>
    <single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>
    <showstandardinstruction>0</showstandardinstruction>
    <answer fraction="0" format="html"><text><![CDATA[<p>for ten minutes</p>]]></text><feedback format="html"><text></text></feedback></answer>
    <answer fraction="100" format="html"><text><![CDATA[<p>for one minute</p>]]></text><feedback format="html"><text></text></feedback></answer>
    <answer fraction="0" format="html"><text><![CDATA[<p>for six minutes</p>]]></text><feedback format="html"><text></text></feedback></answer>
    <answer fraction="0" format="html"><text><![CDATA[<p>for four hours</p>]]></text><feedback format="html"><text></text></feedback></answer>
    <tags><tag><text>difficulty:-0.5</text></tag><tag><text>written:2026-10-02</text></tag></tags>
  </question>
</quiz>
"""  # noqa: E501


def given(rows):
    return moodle.encode(wire.to_moodle(rules.item(row)) for row in rows)


def test_a_question_goes_out_and_comes_back_the_same():
    rows = [
        question("ekg", 1),
        {**question("ekg", 2), "read": {"on": "2026-11-28", "how": "by the source", "changes": ["option B", "a < b"]}},
        {**question("safety", 3), "stem": 'Is 5 < 6 & "so" on, for the people who ask what is <b>less</b> here?'},
    ]
    back = [wire.from_moodle(one) for one in moodle.decode(given(rows))]
    assert back == rows


def test_the_whole_bank_goes_out_and_comes_back_the_same():
    items = sorted(rules.bank().items.values(), key=lambda one: (one.topic, one.id))
    assert items
    back = [wire.from_moodle(one) for one in moodle.decode(moodle.encode(map(wire.to_moodle, items)))]
    assert back == [rules.plain(one) for one in items]


def test_what_moodle_itself_writes_is_read_without_its_marks():
    [(line, said, why)] = wire.own(OTHERS)
    assert line == 8 and why == [] and rules.faults_of(said) == []
    assert said["id"] == "own-phlebotomy-101" and said["topic"] == "phlebotomy" and said["key"] == 1
    assert said["options"][1] == "for one minute" and "<" not in said["stem"] and "& its course" in said["stem"]
    assert said["rationale"] == "Longer changes the sample." and said["difficulty"] == -0.5 and said["read"] is None
    assert said["source"] == {
        "title": "Phlebotomy manual", "publisher": "Alder Street",
        "url": "https://alderstreet.example/phlebotomy", "as_of": "2026-10-01",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ((b'type="multichoice"', b'type="essay"'), "this is essay"),
        ((b"<single>true", b"<single>false"), "only questions with one right answer"),
        ((b'fraction="100"', b'fraction="50"'), "not exactly one answer has 100 %"),
        ((b"<idnumber>phlebotomy-101</idnumber>", b""), "no ID number"),
    ],
)
def test_a_question_of_another_kind_is_named_as_what_it_is(change, why):
    [(_, _, said)] = wire.own(OTHERS.replace(*change))
    assert why in " ".join(said)


@pytest.mark.parametrize(
    ("data", "line", "why"),
    [
        (b"<quiz>\n<question>\n</quiz>", 3, "mismatched tag"),
        (b"no xml", 1, "syntax error"),
        (b"<other></other>", 1, "not quiz"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', 1, "document type"),
        (b'<quiz>\n<question type="multichoice">\n<answer fraction="all"/></question></quiz>', 3, "no number"),
    ],
)
def test_a_broken_file_is_told_with_its_line(data, line, why):
    with pytest.raises(moodle.Malformed, match=why) as wrong:
        moodle.decode(data)
    assert wrong.value.line in (line, line + 1) and f"line {wrong.value.line}" in str(wrong.value)


def run(*words):
    """One `medassist study` command."""
    return CliRunner().invoke(cli, ["study", *map(str, words)])


@pytest.mark.django_db(transaction=True)
def test_the_command_takes_a_file_once_and_writes_it_out_again(tmp_path):
    file = tmp_path / "own.xml"
    file.write_bytes(given([question("ekg", 1), question("safety", 2)]))
    assert run("import", file).output == "2 taken, 0 as they were\n"
    assert run("import", file).output == "0 taken, 2 as they were\n"
    out = tmp_path / "out.xml"
    assert "2 questions" in run("export", "--own", out).output
    assert [wire.from_moodle(one) for one in moodle.decode(out.read_bytes())] == [
        question("ekg", 1), question("safety", 2),
    ]  # fmt: skip
    assert OwnQuestion.objects.count() == 2 and queries.question("own-ekg-001").own


@pytest.mark.django_db(transaction=True)
def test_one_bad_question_in_a_file_is_told_with_line_and_reason_and_nothing_is_taken(tmp_path):
    file = tmp_path / "own.xml"
    file.write_bytes(given([question("ekg", 1), {**question("safety", 2), "written": "soon"}]))
    done = run("import", file)
    line = file.read_text().split("\n").index("    <name><text>own-safety-002</text></name>")
    assert done.exit_code == 1 and f"{file}:{line}: own-safety-002: written is no day" in done.output
    assert "nothing was taken" in done.output and not OwnQuestion.objects.exists()
    file.write_bytes(b"<quiz>")
    assert run("import", file).exit_code == 1 and not OwnQuestion.objects.exists()
    file.write_bytes(b"<quiz></quiz>")
    assert "no questions in it" in run("import", file).output


@pytest.mark.django_db(transaction=True)
def test_calibrating_by_command_says_what_is_missing():
    actions.take_questions(context(), inputs.TakeQuestions.of(questions=questions(1, topics=["ekg"])))
    done = run("calibrate")
    assert done.exit_code == 1 and "needs 100 first answers" in str(done.exception)
    assert "0 questions have answers enough" in run("calibrate", "--dry").output


def test_the_checker_s_command_exits_by_what_it_finds(tmp_path):
    (tmp_path / "safety.json").write_text("[1]")
    done = run("check", "--folder", tmp_path, "--json")
    assert done.exit_code == 1 and '"ok": false' in done.output and "an item is an object" in done.output
