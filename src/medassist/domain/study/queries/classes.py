"""Classes: whose they are, who is in them, and what a teacher may see of those."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from medassist.domain.study import rules
from medassist.domain.study.models import Membership, Result, Review, StudyClass
from medassist.domain.study.queries import questions as banks
from medassist.domain.study.queries.evidence import ready
from medassist.domain.study.queries.practice import aims
from medassist.kernel.errors import Missing


def taught(staff: UUID) -> list[StudyClass]:
    """The classes of a teacher, newest first, each with its number of `members`."""
    rows = list(StudyClass.objects.filter(teacher=staff).order_by("-id"))
    here = Membership.objects.filter(group__in=rows, leaving=None).values("group").annotate(count=Count("pk"))
    counts = {row["group"]: row["count"] for row in here}
    for one in rows:
        one.members = counts.get(one.pk, 0)  # type: ignore[attr-defined]
    return rows


def joined(staff: UUID) -> list[Membership]:
    """The classes that a person is in, with their teachers."""
    rows = Membership.objects.filter(staff=staff, leaving=None).select_related("group", "group__teacher")
    return list(rows.order_by("-id"))


def class_of(group: UUID, teacher: UUID) -> StudyClass:
    """One class of this teacher; another's is not there."""
    if (found := StudyClass.objects.filter(pk=group, teacher=teacher).first()) is None:
        raise Missing("class", group)
    return found


def by_code(code: str) -> StudyClass | None:
    """The class that people join by a code, if there is one."""
    return StudyClass.objects.filter(code=code).first()


def membership(group: UUID, staff: UUID) -> Membership | None:
    """A person's place in a class, None when not in it now."""
    return Membership.objects.filter(group=group, staff=staff, leaving=None).select_related("group").first()


def members(group: UUID) -> list[dict[str, Any]]:
    """Who is in a class: name, what each prepares for, answers and mock examinations, readiness with its interval."""
    people = [row.staff for row in Membership.objects.filter(group=group, leaving=None).select_related("staff")]
    who = [one.pk for one in people]
    reviews = Review.objects.filter(staff__in=who).values("staff").annotate(n=Count("pk"), last=Max("at"))
    done: dict[UUID, Any] = {row["staff"]: row for row in reviews}
    mocks = Result.objects.filter(sitting__staff__in=who, sitting__kind="mock").values("sitting__staff")
    sat = {row["sitting__staff"]: row["n"] for row in mocks.annotate(n=Count("pk"))}
    goals = aims(who)
    stand = _readiness({one: goals[one].exam for one in who if one in goals})
    return [
        {
            "id": one.pk, "name": one.name, "aim": goals.get(one.pk),
            "exam": banks.exam(goals[one.pk].exam) if one.pk in goals else None,
            "reviews": done.get(one.pk, {}).get("n", 0), "last": done.get(one.pk, {}).get("last"),
            "mocks": sat.get(one.pk, 0), "readiness": stand.get(one.pk),
        }
        for one in sorted(people, key=lambda one: (one.family, one.given))
    ]  # fmt: skip


def _readiness(goals: dict[UUID, str]) -> dict[UUID, rules.Readiness]:
    """Readiness of each for what each prepares for; one round of queries an examination."""
    found: dict[UUID, rules.Readiness] = {}
    for code in sorted(set(goals.values())):
        found |= ready([one for one, mine in goals.items() if mine == code], banks.exam(code))
    return found
