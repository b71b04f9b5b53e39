"""A class of inputs is made ready when it is first asked for, by however many threads at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

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
