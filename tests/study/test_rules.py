"""Ability, the next question, memory, mocks and readiness as pure functions; catsim is the second opinion."""

import importlib
import math
import random
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from medassist.domain.study import rules
from medassist.domain.study.rules import ability, choosing, mock
from medassist.domain.study.rules.readiness import expected
from tests.study.given import questions

LUCK = 0.25
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
AAMA, CCMA = (rules.outlines().exams[code] for code in ("CMA-AAMA", "CCMA-NHA"))


def a_bank(each=10):
    items = [rules.item(one) for one in questions(each)]
    return rules.Bank({one.id: one for one in items}, "test")


def a_pool(each=10, exam=AAMA):
    return rules.pool(a_bank(each), exam)


def answers(seed, count=25):
    chance = random.Random(seed)
    return [rules.Asked(chance.gauss(0, 1.2), chance.random() < 0.6, chance.uniform(0.6, 1.8)) for _ in range(count)]


def knows(theta, b):
    """The probability of a right answer, written here a second time."""
    return LUCK + (1 - LUCK) / (1 + math.exp(b - theta))


@pytest.fixture
def catsim():
    """The second opinion; not imported at the top, as its scipy would be the slowest thing that collecting loads."""
    importlib.import_module("catsim.selection")
    return importlib.import_module("catsim")


def by_catsim(irt, asked):
    """The posterior mean and deviation integrated finely, with catsim's own likelihood."""
    items = np.array([[one.a, one.b, LUCK, 1.0] for one in asked])
    right = [one.right for one in asked]
    points = np.linspace(-6, 6, 4801)
    log = np.array([irt.log_likelihood(point, right, items) for point in points]) - points**2 / 2
    weights = np.exp(log - log.max())
    weights /= weights.sum()
    mean = float(points @ weights)
    return mean, math.sqrt(float((points - mean) ** 2 @ weights))


@pytest.mark.parametrize("seed", range(4))
def test_ability_is_what_catsim_s_likelihood_says(seed, catsim):
    asked = answers(seed)
    known = rules.posterior(asked)
    mean, deviation = by_catsim(catsim.irt, asked)
    assert known.mean == pytest.approx(mean, abs=2e-3) and known.se == pytest.approx(deviation, abs=2e-3)


def test_without_answers_only_the_prior_is_known():
    known = rules.posterior([])
    assert known.mean == pytest.approx(0, abs=1e-9) and known.se == pytest.approx(1, abs=1e-3)
    low, high = known.within(0.95)
    assert (low, high) == (pytest.approx(-1.96, abs=0.06), pytest.approx(1.96, abs=0.06))


@pytest.mark.parametrize(("right", "sign"), [(True, 1), (False, -1)])
def test_all_right_or_all_wrong_stays_finite_and_leans_the_right_way(right, sign):
    known = rules.posterior([rules.Asked(0.0, right)] * 200)
    assert 2 < sign * known.mean < 5 and 0 < known.se < 1


def test_the_chance_and_the_information_of_a_question_are_catsim_s(catsim):
    irt = catsim.irt
    for theta in (-2.0, 0.0, 0.7, 2.5):
        for a, b in ((1.0, 0.0), (0.7, -1.3), (1.8, 0.9)):
            assert float(ability.chance(theta, b, a)) == pytest.approx(irt.icc(theta, a, b, LUCK), abs=1e-12)
            assert float(ability.information(theta, b, a)) == pytest.approx(irt.inf(theta, a, b, LUCK), abs=1e-12)


@pytest.mark.parametrize("theta", [-1.5, 0.0, 0.4, 2.0])
def test_the_most_telling_question_is_the_one_that_catsim_takes(theta, catsim):
    chance = random.Random(7)
    b = np.array([chance.gauss(0, 1) for _ in range(300)])
    a = np.array([chance.uniform(0.5, 2) for _ in range(300)])
    ids = tuple(f"q{at:03}" for at in range(300))
    one_area = choosing.Pool(ids, b, a, np.zeros(300, dtype=int), (1.0,))
    bank, used = catsim.ItemBank(np.column_stack([a, b, np.full(300, LUCK), np.ones(300)])), []
    for _ in range(12):
        mine = rules.next_item(one_area, theta, [ids[at] for at in used], "seed", among=1)
        theirs = catsim.selection.MaxInfoSelector().select(item_bank=bank, administered_items=used, est_theta=theta)
        assert mine == ids[theirs]
        used.append(theirs)


def test_questions_of_every_area_come_by_its_share():
    pool = a_pool(20, CCMA)
    used = []
    for _ in range(150):
        used.append(rules.next_item(pool, 0.0, used, "seed"))
    assert len(set(used)) == 150
    for at, area in enumerate(CCMA.areas):
        asked = sum(1 for one in used if pool.areas[pool.place[one]] == at)
        assert abs(asked - area.weight) <= 2 or asked == len(a_bank(20).of(area.topics)), area.name


def test_the_same_seed_asks_the_same_and_other_seeds_spread_the_exposure():
    pool = a_pool()
    first = [rules.next_item(pool, 0.0, [], f"seed {at}") for at in range(60)]
    assert rules.next_item(pool, 0.0, [], "seed 5") == first[5]
    assert len(set(first)) == rules.chosen("placement", "among")


def test_when_all_are_used_there_is_no_next_question():
    pool = a_pool(1)
    assert rules.next_item(pool, 0.0, pool.ids, "seed") is None and rules.fresh_item(pool, pool.ids, "seed") is None


def test_a_new_question_in_practice_has_nothing_to_do_with_ability():
    pool = a_pool(30)
    met = []
    for _ in range(200):
        met.append(rules.fresh_item(pool, met, "somebody"))
    mine = [float(pool.b[pool.place[one]]) for one in met]
    assert abs(np.mean(mine) - pool.b.mean()) < 0.15 and abs(np.std(mine) - pool.b.std()) < 0.15


@pytest.mark.parametrize(
    ("asked", "se", "stops"), [(9, 0.1, False), (10, 0.39, True), (10, 0.41, False), (39, 0.9, False), (40, 0.9, True)]
)
def test_a_placement_stops_when_it_is_sure_or_long_enough(asked, se, stops):
    assert rules.placed(asked, se) is stops


def test_a_placement_of_an_able_person_ends_high_and_of_a_beginner_low():
    pool = a_pool(20)
    found = {}
    for theta in (-1.5, 1.5):
        chance, used, asked, known = random.Random(11), [], [], rules.posterior([])
        while not rules.placed(len(used), known.se):
            name = rules.next_item(pool, known.mean, used, "seed")
            b = float(pool.b[pool.place[name]])
            used.append(name)
            asked.append(rules.Asked(b, chance.random() < knows(theta, b)))
            known = rules.posterior(asked)
        found[theta] = known.mean
        assert abs(known.mean - theta) < 3 * known.se
    assert found[-1.5] < -0.5 < 0.5 < found[1.5]


def test_a_calibrated_difficulty_goes_before_the_writer_s_estimate():
    bank = a_bank(2)
    name = next(iter(bank.items))
    pool = rules.pool(bank, AAMA, {name: (2.5, 1.0)})
    assert float(pool.b[pool.place[name]]) == 2.5 and bank.items[name].difficulty != 2.5


def test_a_card_is_what_its_log_makes_of_it_and_nothing_else():
    log = [(3, NOON), (3, NOON + timedelta(minutes=10)), (2, NOON + timedelta(days=3)), (1, NOON + timedelta(days=9))]
    step, found = None, []
    for rating, at in log:
        step = rules.reviewed(step, rating, at)
        found.append(step)
    assert rules.replayed(log) == step and rules.replayed(log) == rules.replayed(list(log))
    assert found[1].due_at > found[1].seen_at + timedelta(days=1)
    assert found[3].due_at - found[3].seen_at == timedelta(minutes=10) and found[3].stability < found[2].stability


def test_right_comes_later_than_unsure_and_unsure_later_than_wrong():
    before = rules.replayed([(3, NOON), (3, NOON + timedelta(minutes=10))])
    at = before.due_at
    wrong, unsure, right = (rules.reviewed(before, rating, at).due_at for rating in (1, 2, 3))
    assert wrong < unsure < right


@pytest.mark.parametrize(
    ("right", "sure", "rating"), [(True, True, 3), (True, False, 2), (False, True, 1), (False, False, 1)]
)
def test_an_answer_is_rated(right, sure, rating):
    assert rules.rated(right, sure) == rating


def test_nothing_comes_after_the_examination_and_the_last_week_is_not_flooded():
    exam_on = date(2026, 12, 20)
    dues = [rules.due(f"item-{at}", NOON + timedelta(days=90), NOON, exam_on) for at in range(300)]
    days = [one.date() for one in dues]
    assert max(days) < exam_on and min(days) >= exam_on - timedelta(days=7)
    assert max(days.count(day) for day in set(days)) < 80


def test_a_card_that_is_due_before_the_examination_stays_where_it_is():
    soon = NOON + timedelta(days=3)
    assert rules.due("item-1", soon, NOON, date(2026, 12, 20)) == soon and rules.due("item-1", soon, NOON, None) == soon


def test_on_the_eve_a_card_comes_once_more_and_not_later():
    eve = datetime(2026, 12, 19, 9, tzinfo=UTC)
    found = rules.due("item-1", eve + timedelta(days=30), eve, date(2026, 12, 20))
    assert found.date() < date(2026, 12, 20)


@pytest.mark.parametrize(
    ("weights", "total"), [([59, 21, 20], 200), ([15, 8, 14, 28, 15, 9, 12, 6, 12, 12, 12, 7], 180)]
)
def test_an_examination_s_mix_is_met_to_the_question(weights, total):
    found = mock.counts(weights, total)
    assert sum(found) == total
    assert all(abs(one - total * weight / sum(weights)) < 1 for one, weight in zip(found, weights, strict=True))


def test_a_full_bank_gives_the_real_length_parts_and_minutes():
    form = rules.draw(a_bank(30), AAMA, "seed")
    assert [len(part) for part in form.parts] == [50, 50, 50, 50] and form.minutes == (40, 40, 40, 40)
    assert not form.scaled and form.asked == form.real == 200
    form = rules.draw(a_bank(30), CCMA, "seed")
    assert [len(part) for part in form.parts] == [180] and form.minutes == (180,)


def test_a_small_bank_gives_a_smaller_examination_of_the_same_mix_in_less_time():
    bank = a_bank(4)
    form = rules.draw(bank, AAMA, "seed")
    assert form.scaled and 0 < form.asked < 200 and len(form.parts) == 4
    assert form.minutes == (math.ceil(40 * form.asked / 200),) * 4
    names = [name for part in form.parts for name in part]
    assert len(names) == len(set(names)) == form.asked
    shares = [sum(1 for one in names if bank.items[one].topic in area.topics) for area in AAMA.areas]
    assert shares == mock.counts([59, 21, 20], form.asked)


def test_what_was_seen_in_earlier_examinations_comes_last():
    bank = a_bank(30)
    first = rules.draw(bank, AAMA, "one")
    seen = {name: 1 for part in first.parts for name in part}
    second = rules.draw(bank, AAMA, "two", seen)
    again = sum(1 for part in second.parts for name in part if name in seen)
    plain = rules.draw(bank, AAMA, "two")
    assert again < sum(1 for part in plain.parts for name in part if name in seen)
    assert rules.draw(bank, AAMA, "one") == first


def test_an_area_without_questions_gives_no_examination_rather_than_a_lopsided_one():
    items = {name: one for name, one in a_bank(30).items.items() if one.topic != "ekg"}
    assert rules.draw(rules.Bank(items, "x"), CCMA, "seed").asked == 0


def test_marks_count_what_was_not_answered_as_not_right():
    bank = a_bank(2)
    names = list(bank.items)
    given = {names[0]: bank.items[names[0]].key, names[1]: (bank.items[names[1]].key + 1) % 4}
    found = rules.marks(bank, AAMA, [*names, "gone-001"], given)
    assert sum(one.asked for one in found) == len(names)
    assert sum(one.answered for one in found) == 2 and sum(one.right for one in found) == 1


def test_readiness_says_nothing_until_there_is_something_to_say():
    found = rules.readiness([rules.Asked(0.0, True)] * 29, a_pool())
    assert found.share is None and found.missing == 1 and found.answers == 29


def test_readiness_is_an_interval_that_narrows_with_answers_and_knows_its_limits():
    pool = a_pool()
    few = rules.readiness([rules.Asked(0.0, at % 4 != 0) for at in range(40)], pool)
    many = rules.readiness([rules.Asked(0.0, at % 4 != 0) for at in range(160)], pool)
    for one in (few, many):
        assert 0 < one.low < one.share < one.high < 1
    assert many.high - many.low < few.high - few.low
    said = " ".join(few.limits)
    assert "cannot say whether you pass" in said and "writers' estimate" in said and "not the issuer's score" in said


def test_readiness_weighs_areas_as_the_examination_does():
    pool = a_pool()
    at = len(ability.grid()) // 2
    by_hand = sum(
        weight * np.mean([knows(0, b) for b in pool.b[pool.areas == area]]) for area, weight in enumerate(pool.weights)
    )
    assert expected(pool)[at] == pytest.approx(by_hand)


def test_a_calibration_finds_difficulties_back_and_leaves_out_what_too_few_answered():
    chance = random.Random(3)
    true = {f"q{at}": -1.5 + at * 0.5 for at in range(7)}
    rows = [
        (f"p{person}", item, chance.random() < knows(theta, b))
        for person, theta in ((person, chance.gauss(0, 1)) for person in range(400))
        for item, b in true.items()
        if chance.random() < 0.8
    ]
    rows += [("p1", "rare", True)] * 1
    found = rules.calibrate(rows)
    assert set(found.items) == set(true) and found.persons == 400
    for item, (b, n) in found.items.items():
        assert abs(b - true[item]) < 0.45 and n > 250
    assert rules.enough(rows).missing == {"rare": 99}


def test_a_question_that_everybody_answers_alike_is_not_measured():
    rows = [(f"p{person}", "easy", True) for person in range(150)] + [
        (f"p{person}", "usual", person % 2 == 0) for person in range(150)
    ]
    assert set(rules.calibrate(rows).items) == {"usual"}


def test_first_answers_are_counted_by_area_and_an_area_without_any_is_shown():
    bank = a_bank(2)
    rows = [("own-ekg-001", True), ("own-ekg-002", False), ("own-billing-001", True), ("gone-001", True)]
    found = {one.name: (one.asked, one.right) for one in rules.tally(bank, AAMA, rows)}
    assert found == {"Clinical competency": (2, 1), "General": (0, 0), "Administrative": (1, 1)}
