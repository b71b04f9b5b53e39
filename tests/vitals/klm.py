"""The keystroke-level model (Card, Moran, Newell 1980) of filling the grid of vital signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KEY, POINT, HOME, THINK = 0.28, 1.1, 0.4, 1.35  # seconds: a key, the mouse on a target, hand to the device, a thought


@dataclass(frozen=True)
class Effort:
    """What a task asks of a person."""

    keys: int
    thoughts: int
    points: int = 0
    homes: int = 1

    @property
    def seconds(self) -> float:
        """The modelled time."""
        return round(self.keys * KEY + self.thoughts * THINK + self.points * POINT + self.homes * HOME, 2)


def effort(typed: Mapping[str, str], confirms: int = 0) -> Effort:
    """Boxes filled in order: their figures, one key to the next box, one thought a sign, Ctrl+Enter at the end.

    The two pressures are one thought. A doubt that is confirmed costs one key and one thought.
    """
    figures = sum(len(text) for text in typed.values())
    signs = len(typed) - ("diastolic" in typed and "systolic" in typed)
    return Effort(figures + len(typed) + 2 + confirms, signs + 1 + confirms)
