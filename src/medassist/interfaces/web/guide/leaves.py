"""All pages of the guide by their paths."""

from __future__ import annotations

from functools import cache

from medassist.interfaces.web.guide import certifications, cities, front, programs, states
from medassist.interfaces.web.guide.leaf import Leaf


@cache
def every() -> dict[str, Leaf]:
    """Every page, in the order of the site map."""
    kinds = (front, states, certifications, programs, cities)
    return {leaf.path: leaf for kind in kinds for leaf in kind.leaves()}
