"""Study's acts: done, refused, impossible, sent twice; other people's things; the clock."""

from datetime import date, timedelta

import pytest
import time_machine

from medassist.domain.study import actions, inputs, queries, rules
from medassist.domain.study.models import (
    Aim,
    Answer,
    Calibration,
    Leaving,
    Membership,
    OwnQuestion,
    Part,
    PartEnd,
    Result,
    Review,
    Sitting,
    StudyClass,
)
from medassist.kernel import clock
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.identifiers import uuid7
from medassist.kernel.models import AuditEntry, Event
from medassist.kernel.testing import NO, always_no, context
from tests.delegation.given import Office
from tests.study.given import Learner, given_questions, question, questions

pytestmark = pytest.mark.django_db(transaction=True)
AAMA = rules.outlines().exams["CMA-AAMA"]


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def ana(office):
    return Learner(office, office.assistant())


@pytest.fixture
def sami(office):
    return Learner(office, office.person("student", "Student"))


def entries(action):
    return list(AuditEntry.objects.filter(action=action).order_by("id").values_list("outcome", flat=True))


def told(name):
    return Event.objects.filter(name=name).count()


# --- What for


def test_a_student_aims_at_an_examination_and_the_newest_aim_counts(sami):
    sami.aims("CCMA-NHA")
    sami.aims("CMA-AAMA", date(2099, 1, 8))
    assert queries.aim(sami.pk).exam == "CMA-AAMA" and queries.exam_day(sami.pk) == date(2099, 1, 8)
    assert Aim.objects.count() == 2 and entries("study.aim") == ["done"] * 2 and told("study.aimed") == 2


@pytest.mark.parametrize("parts", [{"exam": "NOPE"}, {"exam": "NCMA-NCCT"}, {"exam": "CMA-AAMA", "on": "2001-01-01"}])
def test_an_aim_that_cannot_be_is_not_kept(ana, parts):
    with pytest.raises(Invalid):
        actions.aim(ana.ctx(), inputs.AimAt.of(**parts))
    assert not Aim.objects.exists()


def test_software_has_no_study(office):
    with pytest.raises(Refused):
        actions.aim(system_context("jobs"), inputs.AimAt.of(exam="CMA-AAMA"))
    assert entries("study.aim") == ["refused"]


def test_an_aim_sent_twice_is_kept_once(ana):
    ctx = ana.ctx(key="k")
    given = inputs.AimAt.of(exam="CMA-AAMA")
    assert actions.aim(ctx, given).pk == actions.aim(ctx, given).pk and Aim.objects.count() == 1
    with pytest.raises(Conflict):
        actions.aim(ctx, inputs.AimAt.of(exam="CCMA-NHA"))


# --- Practice


def test_an_answer_makes_a_card_that_the_log_alone_makes_again(ana):
    given_questions()
    item = "own-ekg-001"
    start = clock.now().replace(microsecond=0)
    for days, right, unsure in ((0, True, False), (0.01, True, True), (3, False, False), (4, True, False)):
        with time_machine.travel(start + timedelta(days=days), tick=False):
            ana.answers(item, right, unsure=unsure)
    log = list(Review.objects.order_by("id").values_list("rating", "at"))
    assert [rating for rating, _ in log] == [3, 2, 1, 3]
    assert rules.replayed(log) == queries.card(ana.pk, item)
    assert entries("study.review") == ["done"] * 4 and told("study.reviewed") == 4
    assert not Review.objects.exclude(version=queries.question(item).version).exists()


def test_an_answer_sent_twice_is_one_review(ana):
    given_questions()
    given = inputs.AnswerReview.of(item="own-ekg-001", chosen=0)
    ctx = ana.ctx(key="k")
    assert actions.review(ctx, given).pk == actions.review(ctx, given).pk and Review.objects.count() == 1


def test_what_is_no_answer_or_no_question_is_not_kept(ana):
    for wrong in ({"chosen": 4}, {"chosen": -1}, {"item": ""}):
        with pytest.raises(Invalid):
            inputs.AnswerReview.of(**{"item": "own-ekg-001", "chosen": 0, **wrong})
    with pytest.raises(Missing):
        actions.review(ana.ctx(), inputs.AnswerReview.of(item="nobody-999", chosen=0))
    assert not Review.objects.exists()


def test_who_may_not_is_refused_and_nothing_is_kept(ana, settings):
    given_questions()
    settings.MEDASSIST_AUTHORITY = f"{always_no.__module__}.{always_no.__name__}"
    with pytest.raises(Refused) as no:
        actions.review(ana.ctx(), inputs.AnswerReview.of(item="own-ekg-001", chosen=0))
    assert no.value.ruling.rule == NO.rule and not Review.objects.exists() and entries("study.review") == ["refused"]


def test_a_review_never_changes(ana):
    given_questions()
    row = ana.answers("own-ekg-001")
    with pytest.raises(TypeError):
        row.delete()


def test_what_is_due_comes_first_then_what_was_missed_then_something_new(ana):
    given_questions()
    ana.aims()
    one = ana.sits()
    first, second = one.parts[0][:2]
    ana.replies(one, first, right=False)
    ana.replies(one, second, right=True)
    ana.hands_in(one, 1, whole=True)
    today = queries.today(ana.pk)
    assert queries.next_question(ana.pk, AAMA, today).id == first
    ana.answers(first)
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        today = queries.today(ana.pk)
        assert today.due == (first,) and queries.next_question(ana.pk, AAMA, today).id == first
        ana.answers(first)
        fresh = queries.next_question(ana.pk, AAMA, queries.today(ana.pk))
        assert fresh is not None and fresh.id != first


def test_a_day_has_so_many_new_questions_and_more_on_request(ana):
    given_questions()
    ana.aims()
    for _ in range(rules.chosen("practice", "new_a_day")):
        one = queries.next_question(ana.pk, AAMA, queries.today(ana.pk), more=False)
        ana.answers(one.id)
        ana.answers(one.id)
    today = queries.today(ana.pk)
    assert today.new_left == 0 and today.due == ()
    assert queries.next_question(ana.pk, AAMA, today) is None
    assert queries.next_question(ana.pk, AAMA, today, more=True) is not None


def test_the_examination_s_day_brings_everything_back_before_it(ana):
    given_questions()
    start = clock.now()
    for days in (0, 1, 5, 18):
        with time_machine.travel(start + timedelta(days=days), tick=False):
            row = ana.answers("own-ekg-001")
    with time_machine.travel(start + timedelta(days=18), tick=False):
        soon = queries.office_day() + timedelta(days=9)
        assert row.due_at.date() > soon
        ana.aims(on=soon)
        assert queries.today(ana.pk).next_due_at.date() < soon


# --- Placement


def start_placement(who, exam="CMA-AAMA", **parts):
    return actions.start_placement(who.ctx(**parts), inputs.StartPlacement.of(exam=exam))


def place(who, one, item, chosen, **parts):
    return actions.place(who.ctx(**parts), inputs.AnswerPlacement.of(sitting=one.pk, item=item, chosen=chosen))


def test_a_placement_asks_until_it_is_clear_and_then_says_what_came_of_it(ana):
    given_questions(each=3)
    one, asked = start_placement(ana), []
    while (item := queries.next_placed(one)) is not None:
        assert queries.next_placed(one).id == item.id, "the same question until it is answered"
        place(ana, one, item.id, item.key)
        asked.append(item.id)
    result = Result.objects.get(sitting=one)
    assert len(asked) == len(set(asked)) == result.asked == result.right == result.answered
    assert 10 <= len(asked) <= 40 and result.ability > 0.8
    assert told("study.placement_answered") == len(asked) and told("study.placement_started") == 1
    with pytest.raises(Conflict):
        place(ana, one, asked[0], 0)


def test_a_placement_takes_only_the_question_it_asks_and_only_once(ana):
    given_questions()
    one = start_placement(ana)
    item = queries.next_placed(one)
    other = next(name for name in queries.bank().items if name != item.id)
    with pytest.raises(Conflict):
        place(ana, one, other, 0)
    made = place(ana, one, item.id, 0, key="k")
    assert place(ana, one, item.id, 0, key="k").pk == made.pk and Answer.objects.count() == 1
    with pytest.raises(Conflict):
        place(ana, one, item.id, 1)


def test_one_placement_at_a_time_and_nobody_elses(ana, sami):
    given_questions()
    one = start_placement(ana)
    with pytest.raises(Conflict):
        start_placement(ana)
    with pytest.raises(Missing):
        place(sami, one, queries.next_placed(one).id, 0)
    assert start_placement(sami).staff_id == sami.pk


# --- Mock examinations


def test_a_mock_examination_runs_in_its_parts_and_counts_each(ana):
    given_questions()
    one = ana.sits()
    assert len(one.parts) == 4 and one.real == 200 and told("study.mock_started") == 1
    for number in range(1, 5):
        if number > 1:
            actions.begin_part(ana.ctx(), inputs.BeginPart.of(sitting=one.pk, number=number))
        for item in one.parts[number - 1]:
            ana.replies(one, item, right=number % 2 == 1)
        ana.hands_in(one, number)
    result = Result.objects.get(sitting=one)
    asked = sum(map(len, one.parts))
    assert result.asked == result.answered == asked
    assert result.right == len(one.parts[0]) + len(one.parts[2])
    assert sum(area["right"] for area in result.areas) == result.right
    assert told("study.answered") == asked and told("study.part_ended") == 4 and told("study.part_begun") == 3
    assert set(PartEnd.objects.values_list("why", flat=True)) == {"handed-in"}


def test_until_the_part_ends_another_answer_replaces_the_first(ana):
    given_questions()
    one = ana.sits()
    item = one.parts[0][0]
    ana.replies(one, item, right=False)
    ana.replies(one, item, right=True)
    ana.hands_in(one, 1, whole=True)
    assert Answer.objects.count() == 2 and Result.objects.get().right == 1 and Result.objects.get().answered == 1


def test_a_mock_answer_sent_twice_is_one_answer(ana):
    given_questions()
    one = ana.sits(key="start")
    assert ana.sits(key="start").pk == one.pk and Sitting.objects.count() == 1
    ctx = ana.ctx(key="k")
    given = inputs.AnswerMock.of(sitting=one.pk, item=one.parts[0][0], chosen=2)
    assert actions.answer(ctx, given).pk == actions.answer(ctx, given).pk and Answer.objects.count() == 1


def test_after_its_time_nothing_is_taken_and_what_was_answered_counts(ana):
    given_questions()
    one = ana.sits()
    item, late = one.parts[0][:2]
    ana.replies(one, item)
    over = Part.objects.get().due_at
    with time_machine.travel(over, tick=False):
        with pytest.raises(Conflict, match="time of this part is over"):
            ana.replies(one, late)
        with pytest.raises(Conflict):
            ana.hands_in(one, 1)
        assert queries.standing(one).over
        assert actions.close_over(system_context("jobs"), inputs.CloseOver()) == 1
        assert actions.close_over(system_context("jobs"), inputs.CloseOver()) == 0
    end = PartEnd.objects.get()
    assert (end.why, end.at) == ("time", over) and Answer.objects.count() == 1
    assert queries.standing(one).next_number == 2 and not Result.objects.exists()
    assert told("study.part_ended") == 1


def test_time_runs_on_while_the_connection_is_lost_and_the_answers_are_there_afterwards(ana):
    given_questions()
    one = ana.sits()
    ana.replies(one, one.parts[0][0])
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        again = queries.standing(queries.sitting(one.pk, ana.pk))
        assert again.running.due_at == Part.objects.get().due_at and set(again.chosen) == {one.parts[0][0]}


def test_the_last_part_s_time_ends_the_examination(ana):
    given_questions()
    one = ana.sits("CCMA-NHA")
    assert len(one.parts) == 1
    over = Part.objects.get().due_at
    with time_machine.travel(over + timedelta(minutes=5), tick=False):
        actions.close_over(system_context("jobs"), inputs.CloseOver(sitting=one.pk))
    assert Result.objects.get().at == over and Result.objects.get().answered == 0
    with pytest.raises(Conflict):
        ana.hands_in(one, 1)


def test_nobody_but_the_system_closes_and_not_before_the_time(ana):
    given_questions()
    ana.sits()
    part = Part.objects.get()
    with pytest.raises(Refused):
        actions.close_part(ana.ctx(), inputs.ClosePart(part=part.pk))
    with pytest.raises(Refused):
        actions.close_over(ana.ctx(), inputs.CloseOver())
    with pytest.raises(Conflict):
        actions.close_part(system_context("jobs"), inputs.ClosePart(part=part.pk))
    with pytest.raises(Missing):
        actions.close_part(system_context("jobs"), inputs.ClosePart(part=uuid7()))
    assert not PartEnd.objects.exists()


def test_parts_begin_in_order_and_once(ana):
    given_questions()
    one = ana.sits()
    begin = lambda number, **parts: actions.begin_part(  # noqa: E731
        ana.ctx(**parts), inputs.BeginPart.of(sitting=one.pk, number=number)
    )
    for number in (1, 2, 3):
        with pytest.raises(Conflict):
            begin(number)
    ana.hands_in(one, 1)
    with pytest.raises(Conflict):
        begin(3)
    assert begin(2, key="k").pk == begin(2, key="k").pk
    with pytest.raises(Conflict):
        ana.hands_in(one, 1)
    with pytest.raises(Conflict):
        ana.replies(one, one.parts[0][0])


def test_one_mock_examination_at_a_time_and_a_person_may_end_it_between_parts(ana):
    given_questions()
    one = ana.sits()
    with pytest.raises(Conflict):
        ana.sits()
    ana.hands_in(one, 1)
    with pytest.raises(Conflict):
        ana.hands_in(one, 2)
    ana.hands_in(one, 2, whole=True)
    assert Result.objects.get().sitting_id == one.pk and ana.sits().pk != one.pk


def test_another_person_s_examination_is_not_there(ana, sami):
    given_questions()
    one = ana.sits()
    for wrong in (
        lambda: sami.replies(one, one.parts[0][0]),
        lambda: sami.hands_in(one, 1),
        lambda: actions.begin_part(sami.ctx(), inputs.BeginPart.of(sitting=one.pk, number=2)),
    ):
        with pytest.raises(Missing):
            wrong()
    assert not Answer.objects.exists() and not PartEnd.objects.exists()


# --- Readiness


def test_readiness_rests_on_first_answers_and_not_on_repetitions(ana):
    given_questions()
    names = [one["id"] for one in questions()][:35]
    for name in names:
        ana.answers(name, right=False)
    first = queries.readiness(ana.pk, AAMA)
    for name in names:
        ana.answers(name)
    assert queries.readiness(ana.pk, AAMA) == first and first.answers == 35 and first.share < 0.4


def test_answers_of_an_examination_that_goes_on_do_not_count_yet(ana):
    given_questions()
    one = ana.sits()
    ana.replies(one, one.parts[0][0])
    assert queries.readiness(ana.pk, AAMA).answers == 0
    ana.hands_in(one, 1, whole=True)
    assert queries.readiness(ana.pk, AAMA).answers == 1


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
    with pytest.raises(Missing):
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
