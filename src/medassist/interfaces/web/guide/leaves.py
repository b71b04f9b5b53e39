"""All pages of the guide by their paths."""

from __future__ import annotations

from functools import lru_cache

from medassist.domain.credentials import queries as credentials
from medassist.interfaces.web.guide import certifications, cities, finder, front, programs, states
from medassist.interfaces.web.guide.leaf import Leaf


def every() -> dict[str, Leaf]:
    """Every page, in the order of the site map."""
    return _of(credentials.programs_now())


@lru_cache(maxsize=2)
def _of(directory: credentials.Directory) -> dict[str, Leaf]:
    """A state has as many pages of programs as the directory fills."""
    kinds = (front, states, certifications, finder, programs, cities)
    with credentials.pinned(directory):
        return {leaf.path: leaf for kind in kinds for leaf in kind.leaves()}
