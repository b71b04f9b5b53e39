"""Spaced repetition by FSRS: what a review makes of a card, and when it comes again, at the latest before the day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from medassist.domain.study.rules.choices import chosen
from medassist.domain.study.rules.heavy import fsrs

RATINGS = {1: "wrong", 2: "right, but not sure", 3: "right"}
"""FSRS's Again, Hard, Good. Easy is not used: one right answer among four does not show that it was easy."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A card after a review, as FSRS keeps it."""

    state: int
    step: int | None
    stability: float
    difficulty: float
    due_at: datetime
    seen_at: datetime


@cache
def _scheduler() -> Any:
    # without chance in the intervals the same log always gives the same cards
    return fsrs().Scheduler(enable_fuzzing=False)


def rated(right: bool, sure: bool) -> int:
    """The rating of an answer: 1 wrong, 2 right without being sure, 3 right."""
    return (3 if sure else 2) if right else 1


def reviewed(before: Memory | None, rating: int, at: datetime) -> Memory:
    """The card after one more review; None before the first."""
    package, at = fsrs(), at.astimezone(UTC)
    card = package.Card(card_id=0, due=at) if before is None else _card(before)
    card, _ = _scheduler().review_card(card, package.Rating(rating), at)
    return Memory(int(card.state), card.step, card.stability, card.difficulty, card.due, card.last_review)


def replayed(log: Iterable[tuple[int, datetime]]) -> Memory | None:
    """The card that a log of (rating, moment) makes, from nothing."""
    found: Memory | None = None
    for rating, at in log:
        found = reviewed(found, rating, at)
    return found


def _card(one: Memory) -> Any:
    package = fsrs()
    return package.Card(
        card_id=0, state=package.State(one.state), step=one.step, stability=one.stability, difficulty=one.difficulty,
        due=one.due_at.astimezone(UTC), last_review=one.seen_at.astimezone(UTC),
    )  # fmt: skip


def due(item: str, due_at: datetime, seen_at: datetime, exam_on: date | None) -> datetime:
    """When a card comes again: by its memory, but once more before the examination, never after it.

    What memory would put after the examination is spread over the days before it by the item's name.
    """
    if exam_on is None or due_at.date() < exam_on:
        return due_at
    days = chosen("practice", "last_days")
    back = 1 + int(hashlib.sha256(item.encode()).hexdigest(), 16) % days
    last = datetime.combine(exam_on - timedelta(days=1), time(), UTC)
    slot = datetime.combine(exam_on - timedelta(days=back), time(), UTC)
    # not again on the day it was seen, unless the examination is tomorrow
    return min(due_at, max(slot, min(seen_at + timedelta(days=1), last)))
