"""A class of inputs is made ready when it is first asked for; what is wrong with them is told in words for people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from decimal import Decimal
from threading import Barrier
from typing import Literal
from uuid import UUID

import pytest
from pydantic import Field

from medassist.kernel.errors import Invalid
from medassist.kernel.inputs import Inputs


def test_threads_that_ask_first_at_once_all_get_checked_values():
    for _ in range(20):

        class Weight(Inputs):
            grams: int = Field(gt=0)

        together = Barrier(8)

        def ask(grams, kind=Weight, together=together):
            together.wait()
            return kind.of(grams=grams)

        with ThreadPoolExecutor(8) as pool:
            assert [one.grams for one in pool.map(ask, range(1, 9))] == list(range(1, 9))
        with pytest.raises(Invalid):
            Weight.of(grams=0)


class Asked(Inputs):
    """One field of each kind that a form has."""

    name: str = Field(min_length=1, max_length=4)
    why: str = Field("why", min_length=3)
    count: int = Field(1, ge=1, le=5)
    points: Decimal = Field(Decimal(1), gt=0, decimal_places=2)
    on: date = date(2026, 11, 23)
    at: time = time(8)
    who: UUID | None = None
    how: Literal["here", "there"] = "here"
    many: tuple[int, ...] = Field((1,), min_length=1, max_length=2)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Fill this in."),
        ({"name": " "}, "Fill this in."),
        ({"name": "longer"}, "Write at most 4 characters."),
        ({"name": "x", "why": "so"}, "Write at least 3 characters."),
        ({"name": "x", "count": "many"}, "Write a whole number."),
        ({"name": "x", "count": "1.5"}, "Write a whole number."),
        ({"name": "x", "count": 0}, "It must be 1 or more."),
        ({"name": "x", "count": 6}, "It must be 5 or less."),
        ({"name": "x", "points": "0"}, "It must be more than 0."),
        ({"name": "x", "points": "a few"}, "Write a number."),
        ({"name": "x", "points": "1.125"}, "Write at most 2 places after the point."),
        ({"name": "x", "on": "2026-02-30"}, "Write a date, as 2026-11-23."),
        ({"name": "x", "on": "today"}, "Write a date, as 2026-11-23."),
        ({"name": "x", "at": "25:00"}, "Write a time, as 16:30."),
        ({"name": "x", "who": "nobody"}, "Choose one that is there."),
        ({"name": "x", "how": "nowhere"}, "Choose 'here' or 'there'."),
        ({"name": "x", "many": []}, "Choose at least 1."),
    ],
)
def test_what_is_wrong_is_told_in_words_for_people(given, words):
    with pytest.raises(Invalid) as no:
        Asked.of(**given)
    assert [text for texts in no.value.faults.values() for text in texts] == [words]
