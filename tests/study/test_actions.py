"""Study's acts, aiming and practising: done, refused, impossible, sent twice; other people's things; the clock."""

from datetime import date, timedelta

import pytest
import time_machine

from medassist.domain.study import actions, inputs, queries, rules
from medassist.domain.study.models import Aim, Review
from medassist.kernel import clock
from medassist.kernel.context import system_context
from medassist.kernel.errors import Conflict, Invalid, Missing, Refused
from medassist.kernel.testing import NO, always_no
from tests.study.given import entries, given_questions, told

pytestmark = pytest.mark.django_db(transaction=True)
AAMA = rules.outlines().exams["CMA-AAMA"]


# --- What for


def test_a_student_aims_at_an_examination_and_the_newest_aim_counts(sami):
    sami.aims("CCMA-NHA")
    sami.aims("CMA-AAMA", date(2060, 1, 8))
    assert queries.aim(sami.pk).exam == "CMA-AAMA" and queries.exam_day(sami.pk) == date(2060, 1, 8)
    assert Aim.objects.count() == 2 and entries("study.aim") == ["done"] * 2 and told("study.aimed") == 2


@pytest.mark.parametrize(
    "parts",
    [
        {"exam": "NOPE"},
        {"exam": "NCMA-NCCT"},
        {"exam": "CMA-AAMA", "on": "2001-01-01"},
        {"exam": "CMA-AAMA", "on": "9999-01-01"},
    ],
)
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
