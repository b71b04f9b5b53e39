"""Placements, mock examinations and readiness: done, refused, impossible, sent twice; the clock."""

from datetime import timedelta

import pytest
import time_machine

from medassist.domain.study import actions, inputs, queries, rules
from medassist.domain.study.models import Answer, Part, PartEnd, Result, Sitting
from medassist.kernel import clock
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict, Missing, Refused
from medassist.kernel.identifiers import uuid7
from tests.study.given import given_questions, place, questions, start_placement, told

pytestmark = pytest.mark.django_db(transaction=True)
AAMA = rules.outlines().exams["CMA-AAMA"]


# --- Placement


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
