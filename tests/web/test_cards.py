"""What the board makes of a day: order, colours, lanes, who is behind. Plain values, no database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from medassist.interfaces.web.board import cards as board
from medassist.interfaces.web.board import day, draw
from medassist.interfaces.web.board.cards import Card, Day, RoomNow

NOW = datetime(2026, 11, 23, 18, 42, tzinfo=UTC)
WAITING = {"arrived": {"amber": 15, "red": 30}, "ready": {"amber": 15, "red": 30}}


def card(step="arrived", minutes=5, **parts):
    usual = {
        "key": str(uuid4()), "step": step, "family": "Ortega", "given": "Marisol", "patient": uuid4(), "visit": uuid4(),
        "minutes": minutes, "since": NOW - timedelta(minutes=minutes), "state": board.state(step, minutes, WAITING),
        "next": board.NEXT.get(step),
    }  # fmt: skip
    return Card(**{**usual, **parts})


@pytest.mark.parametrize(
    ("minutes", "state"), [(0, "none"), (14, "none"), (15, "watch"), (29, "watch"), (30, "act"), (300, "act")]
)
def test_amber_and_red_begin_at_the_minutes_that_the_office_set(minutes, state):
    assert board.state("arrived", minutes, WAITING) == state


def test_a_step_without_limits_stays_grey():
    assert board.state("checked-out", 600, WAITING) == "none"


def test_who_waits_longest_comes_first_and_who_went_last_comes_first():
    short, long = card(minutes=3, family="A"), card(minutes=20, family="B")
    gone = card("checked-out", family="C", ended_at=NOW - timedelta(hours=2))
    went = card("checked-out", family="D", ended_at=NOW)
    late = card("booked", family="E", booked_at=NOW + timedelta(hours=1))
    soon = card("booked", family="F", booked_at=NOW)
    order = [one.family for one in board.in_order([short, gone, late, long, went, soon])]
    assert order == ["F", "E", "B", "A", "D", "C"]


def test_a_provider_is_behind_by_the_first_who_waits():
    hale, osei = (uuid4(), "Dr. Hale"), (uuid4(), "Osei, NP")
    waits = card("ready", provider_id=hale[0], booked_at=NOW - timedelta(minutes=18))
    sits = card("with-provider", provider_id=hale[0], booked_at=NOW - timedelta(hours=2))
    first, second = board.behind([waits, sits], [hale, osei], NOW, WAITING)
    assert (first.words, first.state) == ("18 min behind", "watch")
    assert (second.words, second.state) == ("on time", "good")


def test_mine_are_those_i_room_or_see():
    me, staff = uuid4(), uuid4()
    mine, seen, other = card(by=me), card(provider_id=staff), card()
    assert list(Day([mine, seen, other]).mine(staff, me).cards) == [mine, seen]
    assert list(Day([mine, seen, other]).mine(None, me).cards) == [mine]


def test_a_card_draws_name_reason_wait_room_and_its_next_act_with_a_key():
    one = card(minutes=34, reason="Cough <9> days", room="Room 2", age_sex="59 M", ma="AR", tags=("Mask",))
    html = draw.Drawn.of(Day([one])).html[one.key]
    assert "<b>Ortega</b>, Marisol" in html and "Cough &lt;9&gt; days" in html and "34 min" in html
    assert 'class="visit is-act"' in html and "Waits too long" in html
    assert f'hx-post="/board/visit/{one.visit}/call"' in html and 'data-key="n"' in html
    assert html.index("Ortega") < html.index("Cough") < html.index("34 min") < html.index("59 M") < html.index("Mask")


def test_in_time_is_grey_without_a_shape():
    html = draw.Drawn.of(Day([one := card(minutes=4)])).html[one.key]
    assert "is-none" in html and "#m-" not in html


def test_the_board_has_a_lane_for_every_step_and_counts_in_words():
    one = Day([card(), card("booked", visit=None, appointment=uuid4()), card("checked-out", ended_at=NOW)])
    html = draw.live(draw.Drawn.of(one))
    assert all(f'id="l-{step}"' in html for step in board.LANES)
    assert one.said == "3 visits · 1 to come · 1 here · 1 gone"


def test_by_room_shows_free_rooms_and_those_without_one():
    room = RoomNow(uuid4(), "2", "exam", inside := card("ready", room_id=uuid4()))
    free = RoomNow(uuid4(), "Lab", "lab")
    html = draw.live(draw.Drawn.of(Day([inside, waits := card(family="Bauer")], [room, free])), "room")
    assert "Room 2" in html and "Lab" in html and "No room yet" in html and waits.family in html


def test_by_provider_shows_only_those_who_have_visits():
    hale, lind = (uuid4(), "Dr. Hale"), (uuid4(), "Dr. Lindqvist")
    html = draw.live(draw.Drawn.of(Day([card(provider_id=hale[0])], providers=[hale, lind])), "provider")
    assert "Dr. Hale" in html and "Dr. Lindqvist" not in html and "No provider" not in html


@pytest.mark.parametrize(("name", "code"), [("Dr. Hale", "HAL"), ("Osei, NP", "OSE"), ("", ""), ("Ana Reyes", "REY")])
def test_a_provider_has_three_letters_on_a_card(name, code):
    assert day.code(name) == code


@pytest.mark.parametrize(("name", "shown"), [("2", "Room 2"), ("12A", "Room 12A"), ("Lab", "Lab"), ("", "")])
def test_only_numbers_are_called_rooms(name, shown):
    assert board.room_name(name) == shown
