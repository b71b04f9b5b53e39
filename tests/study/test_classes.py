"""Classes, a practice's own questions and calibration: done, refused, impossible, sent twice; other people's things."""

from datetime import date

import pytest

from medassist.domain.study import actions, inputs, queries, rules
from medassist.domain.study.models import Calibration, Leaving, Membership, OwnQuestion, StudyClass
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.testing import context
from tests.study.given import Learner, entries, given_questions, place, question, questions, start_placement, told

pytestmark = pytest.mark.django_db(transaction=True)
AAMA = rules.outlines().exams["CMA-AAMA"]


# --- Classes


def opened(office, name="Spring 2027"):
    return actions.open_class(office.ctx, inputs.OpenClass.of(name=name))


def joins(who, code, **parts):
    return actions.join(who.ctx(**parts), inputs.JoinClass.of(code=code))


def leaves(who, group, **parts):
    return actions.leave(who.ctx(**parts), inputs.LeaveClass.of(group=group.pk))


def test_a_teacher_sees_who_joined_until_they_leave_and_nobody_else(office, ana, sami):
    group = opened(office)
    assert queries.members(group.pk) == []
    joins(ana, group.code.lower())
    [one] = queries.members(group.pk)
    assert one["name"] == ana.person.name and one["readiness"] is None
    leaves(ana, group)
    assert queries.members(group.pk) == [] and Membership.objects.count() == Leaving.objects.count() == 1
    assert (told("study.class_opened"), told("study.joined"), told("study.left")) == (1, 1, 1)
    assert entries("study.join") == ["done"]


def test_a_member_s_line_has_counts_and_readiness(office, ana):
    given_questions()
    group = opened(office)
    joins(ana, group.code)
    ana.aims(on=date(2099, 5, 1))
    for name in [one["id"] for one in questions()][:31]:
        ana.answers(name)
    one = ana.sits()
    ana.hands_in(one, 1, whole=True)
    [line] = queries.members(group.pk)
    assert line["reviews"] == 31 and line["mocks"] == 1 and line["exam"].code == "CMA-AAMA"
    assert line["readiness"].low < line["readiness"].share < line["readiness"].high


def test_a_student_opens_no_class(sami):
    with pytest.raises(Refused):
        actions.open_class(sami.ctx(), inputs.OpenClass.of(name="Mine"))
    assert not StudyClass.objects.exists() and entries("study.open_class") == ["refused"]


def test_joining_and_leaving_once(office, ana, sami):
    group = opened(office)
    made = joins(ana, group.code, key="k")
    assert joins(ana, group.code, key="k").pk == made.pk
    with pytest.raises(Conflict):
        joins(ana, group.code)
    with pytest.raises(Invalid, match="No class has this code"):
        joins(ana, "ZZZZZZZZ")
    with pytest.raises(Invalid):
        inputs.JoinClass.of(code="no")
    with pytest.raises(Missing):
        leaves(sami, group)
    assert leaves(ana, group, key="l").pk == leaves(ana, group, key="l").pk
    with pytest.raises(Missing):
        leaves(ana, group)
    joins(ana, group.code)
    assert len(queries.members(group.pk)) == 1


def test_a_class_opened_twice_by_one_request_is_one(office):
    ctx = office.ctx.but(key="k")
    given = inputs.OpenClass.of(name="Spring")
    assert actions.open_class(ctx, given).pk == actions.open_class(ctx, given).pk
    with pytest.raises(Invalid):
        inputs.OpenClass.of(name="x")


def test_another_teacher_s_class_is_not_there(office):
    group = opened(office)
    doctor = office.provider()
    with pytest.raises(Missing):
        queries.class_of(group.pk, doctor.pk)
    assert queries.class_of(group.pk, office.manager.pk) == group


# --- The practice's own questions, calibration


def take(rows, ctx=None):
    return actions.take_questions(ctx or context(), inputs.TakeQuestions.of(questions=rows))


def test_own_questions_are_taken_asked_and_replaced_by_a_newer_wording():
    taken = take([question("ekg", 1), question("ekg", 2)])
    assert len(taken) == 2 and queries.question("own-ekg-001").own
    assert take([question("ekg", 1), question("ekg", 2)]) == []
    changed = {**question("ekg", 1), "rationale": "For another reason."}
    assert len(take([changed, question("ekg", 2)])) == 1
    assert queries.question("own-ekg-001").rationale == "For another reason." and OwnQuestion.objects.count() == 3
    assert told("study.questions_taken") == 3 and entries("study.take_questions") == ["done"] * 3


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**question("ekg", 2), "key": 9}, "the key names none"),
        ({**question("ekg", 2), "id": "ekg-002"}, "begins with own-"),
        ({**question("ekg", 2), "stem": question("ekg", 1)["stem"], "options": question("ekg", 1)["options"],
          "key": question("ekg", 1)["key"]}, "nearly the same question as own-ekg-001"),
        (question("ekg", 1), "stands 2 times"),
    ],
)  # fmt: skip
def test_one_bad_question_and_none_is_taken(row, said):
    with pytest.raises(Invalid) as wrong:
        take([question("ekg", 1), row])
    assert said in str(wrong.value) and not OwnQuestion.objects.exists()
    assert any(place.startswith("questions.") for place in wrong.value.faults)


def test_a_question_like_one_of_the_bank_is_refused():
    take([question("ekg", 1)])
    copy = {**question("ekg", 1), "id": "own-ekg-777"}
    with pytest.raises(Invalid, match="nearly the same question as own-ekg-001"):
        take([copy])


def test_only_who_keeps_the_settings_takes_questions(office, ana):
    with pytest.raises(Refused):
        take([question("ekg", 1)], ana.ctx())
    ctx = office.ctx.but(key="k")
    assert [one.pk for one in take([question("ekg", 1)], ctx)] == [one.pk for one in take([question("ekg", 1)], ctx)]
    assert OwnQuestion.objects.count() == 1


def calibrate(ctx=None):
    return actions.calibrate(ctx or context(), inputs.CalibrateBank())


def test_with_too_few_answers_nothing_is_measured_and_it_says_how_many_are_missing(ana):
    given_questions()
    with pytest.raises(Invalid, match="there are none"):
        calibrate()
    ana.answers("own-ekg-001")
    with pytest.raises(Invalid, match="own-ekg-001, lacks 99"):
        calibrate()
    assert not Calibration.objects.exists()


def test_an_assistant_does_not_calibrate(ana):
    with pytest.raises(Refused):
        calibrate(ana.ctx())


def test_a_calibration_is_a_row_that_goes_before_the_writers_estimates(office):
    take([question("ekg", 1), question("ekg", 2)])
    before = queries.pool(AAMA)
    people = [Learner(office, office.person("student", f"S{at}", given=f"P{at}")) for at in range(100)]
    for at, one in enumerate(people):
        one.answers("own-ekg-001", right=at % 4 != 0)
        one.answers("own-ekg-002", right=at < 45)
    row = calibrate(context(key="k"))
    assert calibrate(context(key="k")).pk == row.pk and row.persons == 100 and row.answers == 200
    after = queries.pool(AAMA)
    easy, hard = (float(after.b[after.place[name]]) for name in ("own-ekg-001", "own-ekg-002"))
    assert easy < -0.8 and hard > 0.8 and float(before.b[before.place["own-ekg-001"]]) != easy
    assert told("study.calibrated") == 1
    changed = {**question("ekg", 1), "stem": question("ekg", 9)["stem"]}
    take([changed])
    pool = queries.pool(AAMA)
    assert float(pool.b[pool.place["own-ekg-001"]]) == changed["difficulty"], "another wording is not yet measured"


def test_answers_of_a_placement_do_not_calibrate(ana):
    given_questions(each=3)
    one = start_placement(ana)
    while (item := queries.next_placed(one)) is not None:
        place(ana, one, item.id, item.key)
    assert queries.for_calibration() == [] and queries.readiness(ana.pk, AAMA).answers > 9
