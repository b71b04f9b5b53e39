"""Placements and mock examinations: how one stands, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from medassist.domain.study import rules
from medassist.domain.study.models import Answer, Part, Result, Sitting
from medassist.domain.study.queries import questions as banks
from medassist.kernel import clock
from medassist.kernel.errors import Missing


@dataclass(frozen=True, slots=True)
class Standing:
    """A sitting as it stands at a moment: the part that runs, the one that may begin, the answers that count."""

    sitting: Sitting
    running: Part | None
    next_number: int | None
    """The part that may begin now; None while one runs or when none is left."""
    over: bool
    """Whether a part's time ran out and nobody has ended it yet."""
    chosen: Mapping[str, int]
    result: Result | None

    @property
    def items(self) -> list[str]:
        """The items of the part that runs."""
        return list(self.sitting.parts[self.running.number - 1]) if self.running else []


def sitting(sitting: UUID, staff: UUID) -> Sitting:
    """One sitting of this person; another's is not there."""
    found = Sitting.objects.filter(pk=sitting, staff=staff).select_related("result").first()
    if found is None:
        raise Missing("sitting", sitting)
    return found


def sittings(staff: UUID) -> list[Sitting]:
    """All sittings of a person, newest first, each with its result where it is over."""
    return list(Sitting.objects.filter(staff=staff).select_related("result").order_by("-id"))


def result_of(one: Sitting) -> Result | None:
    """What came of a sitting, None while it goes on."""
    return getattr(one, "result", None)


def open_sitting(staff: UUID, kind: str) -> Sitting | None:
    """The sitting of a kind that a person has not finished."""
    return Sitting.objects.filter(staff=staff, kind=kind, result=None).order_by("-id").first()


def standing(one: Sitting, at: datetime | None = None) -> Standing:
    """How a sitting stands. Two queries."""
    at = at or clock.now()
    begun = list(Part.objects.filter(sitting=one).select_related("end").order_by("number"))
    unended = next((part for part in begun if not hasattr(part, "end")), None)
    over = bool(unended and unended.due_at <= at)
    running = unended if unended and not over else None
    left = len(begun) < len(one.parts) and not unended
    return Standing(one, running, len(begun) + 1 if left else None, over, chosen(one), result_of(one))


def chosen(one: Sitting) -> dict[str, int]:
    """The answer that counts of each item."""
    rows = Answer.objects.filter(sitting=one).order_by("item", "-ordinal").distinct("item")
    return dict(rows.values_list("item", "chosen"))


def part(part: UUID) -> Part:
    """One part with its sitting."""
    if (found := Part.objects.filter(pk=part).select_related("sitting", "end").first()) is None:
        raise Missing("part", part)
    return found


def overdue(at: datetime, sitting: UUID | None = None) -> list[Part]:
    """Parts whose time is over and that nobody ended."""
    rows = Part.objects.filter(due_at__lte=at, end=None)
    return list(rows.filter(sitting=sitting) if sitting else rows)


def asked(one: Sitting) -> list[rules.Asked]:
    """A sitting's counting answers with the difficulty of each question, in the order given."""
    rows = Answer.objects.filter(sitting=one).order_by("item", "-ordinal").distinct("item")
    pool = banks.pool(banks.exam(one.exam))
    inside = [row for row in sorted(rows, key=lambda row: row.id) if row.item in pool.place]
    return [difficulty(pool, row.item, row.right) for row in inside]


def difficulty(pool: rules.Pool, item: str, right: bool) -> rules.Asked:
    """One answer as the model takes it."""
    at = pool.place[item]
    return rules.Asked(float(pool.b[at]), right, float(pool.a[at]))


def placed_so_far(one: Sitting) -> tuple[list[str], rules.Posterior]:
    """What a placement has asked, in order, and what is known by it."""
    names = list(Answer.objects.filter(sitting=one).order_by("id").values_list("item", flat=True))
    return names, rules.posterior(asked(one))


def next_placed(one: Sitting) -> rules.Item | None:
    """The question that a placement asks now; None when it is over. The same until it is answered."""
    names, known = placed_so_far(one)
    if result_of(one) or rules.placed(len(names), known.se):
        return None
    found = rules.next_item(banks.pool(banks.exam(one.exam)), known.mean, names, one.seed)
    return banks.bank().items[found] if found else None


def seen_in_mocks(staff: UUID) -> dict[str, int]:
    """In how many earlier mock examinations a person met each item."""
    counts: dict[str, int] = {}
    for parts in Sitting.objects.filter(staff=staff, kind="mock").values_list("parts", flat=True):
        for name in (name for part in parts for name in part):
            counts[name] = counts.get(name, 0) + 1
    return counts


def marks(one: Sitting) -> list[rules.Mark]:
    """What came of each area."""
    given = chosen(one)
    names = [name for part in one.parts for name in part] or list(given)
    return rules.marks(banks.bank(), banks.exam(one.exam), names, given)


def outlook(one: Sitting) -> rules.Readiness:
    """What this sitting alone says of the examination's mix."""
    return rules.readiness(asked(one), banks.pool(banks.exam(one.exam)), fewest=rules.chosen("placement", "fewest"))
