"""One's own practice: the aim, the cards that are due, what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min

from medassist.domain.credentials import queries as credentials
from medassist.domain.office import queries as office
from medassist.domain.study import rules
from medassist.domain.study.models import Aim, Answer, Review
from medassist.domain.study.queries import questions as banks
from medassist.kernel import clock
from medassist.kernel.errors import Missing

office_day = credentials.office_day


@dataclass(frozen=True, slots=True)
class Today:
    """What a day of practice holds: cards due now, the next due time, new questions left for today, all met so far."""

    due: tuple[str, ...]
    next_due_at: datetime | None
    new_left: int
    new_done: int
    met: int


def aim(staff: UUID) -> Aim | None:
    """What a person prepares for, or None."""
    return Aim.objects.filter(staff=staff).order_by("-id").first()


def aims(staff: Iterable[UUID]) -> dict[UUID, Aim]:
    """What several people prepare for; one query."""
    rows = Aim.objects.filter(staff__in=list(staff)).order_by("staff_id", "-id").distinct("staff_id")
    return {row.staff_id: row for row in rows}


def exam_day(staff: UUID, at: datetime | None = None) -> date | None:
    """The day of the examination, while it is still to come."""
    found = aim(staff)
    return found.on if found and found.on and found.on >= office_day(at) else None


def card(staff: UUID, item: str) -> rules.Memory | None:
    """A person's card of an item, or None before the first review."""
    row = Review.objects.filter(staff=staff, item=item).order_by("-id").first()
    return memory(row) if row else None


def memory(row: Review) -> rules.Memory:
    """The card that a review left behind."""
    return rules.Memory(row.state, row.step, row.stability, row.difficulty, row.due_at, row.at)


def review(review: UUID, staff: UUID) -> Review:
    """One answer of this person; another's is not there."""
    if (found := Review.objects.filter(pk=review, staff=staff).first()) is None:
        raise Missing("answer", review)
    return found


def comes_again(row: Review) -> datetime:
    """When the card that a review left behind is due."""
    return rules.due(row.item, row.due_at, row.at, exam_day(row.staff_id, row.at))


def today(staff: UUID, at: datetime | None = None) -> Today:
    """What there is to do now. Four queries."""
    at = at or clock.now()
    on, items = exam_day(staff, at), banks.bank().items
    cards = Review.objects.filter(staff=staff).order_by("item", "-id").distinct("item")
    dues = sorted((rules.due(one.item, one.due_at, one.at, on), one.item) for one in cards if one.item in items)
    firsts = Review.objects.filter(staff=staff).values("item").annotate(first=Min("at"))
    lately = firsts.filter(first__gt=at - timedelta(days=2)).values_list("first", flat=True) if dues else []
    day = _calendar()
    done = sum(1 for first in lately if day(first) == day(at))
    later = [moment for moment, _ in dues if moment > at]
    return Today(
        due=tuple(item for moment, item in dues if moment <= at),
        next_due_at=later[0] if later else None,
        new_left=max(rules.chosen("practice", "new_a_day") - done, 0),
        new_done=done,
        met=len(dues),
    )


def _calendar() -> Callable[[datetime], date]:
    """What day a moment is by the westernmost clock of the office; asked of the database once."""
    zones = [ZoneInfo(site.timezone) for site in office.sites()]
    return lambda at: min((at.astimezone(zone).date() for zone in zones), default=at.date())


def next_question(staff: UUID, exam: rules.Exam, now: Today, more: bool = False) -> rules.Item | None:
    """What to ask now: what is due, then what was missed in a mock examination, then something new; None: done."""
    items = banks.bank().items
    if now.due:
        return items[now.due[0]]
    if not (now.new_left or more):
        return None
    met = set(Review.objects.filter(staff=staff).values_list("item", flat=True).distinct())
    missed = [one for one in _missed(staff) if one not in met and one in items]
    found = missed[0] if missed else rules.fresh_item(banks.pool(exam), sorted(met), str(staff))
    return items[found] if found else None


def new_there(staff: UUID, exam: str) -> bool:
    """Whether there are questions of an examination that a person has not met in practice."""
    met = set(Review.objects.filter(staff=staff).values_list("item", flat=True).distinct())
    return bool(set(banks.pool(banks.exam(exam)).ids) - met)


def _missed(staff: UUID) -> list[str]:
    """Items answered wrong in finished mock examinations, the newest first."""
    rows = Answer.objects.filter(sitting__staff=staff, sitting__kind="mock", sitting__result__isnull=False)
    last = rows.order_by("sitting_id", "item", "-ordinal").distinct("sitting_id", "item")
    return [row.item for row in sorted(last, key=lambda row: row.id, reverse=True) if not row.right]
