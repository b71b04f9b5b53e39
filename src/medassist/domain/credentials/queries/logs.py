"""What can be read of work that proves a skill: the logs, what is on record towards each number, who signed what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from medassist.domain.credentials import rules
from medassist.domain.credentials.models import PracticumDay, Signature, SignOff, Work
from medassist.kernel.errors import Missing

HOW = rules.HOW
LEARNING = rules.LEARNING
PARTS = rules.PARTS
work_kinds = rules.kinds
digest = rules.digest
Requirement = rules.Requirement


def work(staff: UUID) -> list[Work]:
    """The work of a person that stands, newest first, with supervisor and signature."""
    rows = _stands(Work.objects.filter(staff=staff)).select_related("supervisor", "signed__signature__signer")
    return list(rows.order_by("-on", "-id"))


def practicum(staff: UUID) -> list[PracticumDay]:
    """The days of practicum of a person that stand, newest first, with supervisor and signature."""
    rows = _stands(PracticumDay.objects.filter(staff=staff))
    return list(rows.select_related("supervisor", "signed__signature__signer").order_by("-on", "-begins"))


def struck(staff: UUID) -> list[Work | PracticumDay]:
    """Lines of a person that somebody signed and that were taken back or corrected since, with what did it."""
    with_them = "supervisor", "signed__signature__signer", "replaced_by__staff"
    found: list[Work | PracticumDay] = []
    for model in (Work, PracticumDay):
        rows: QuerySet[Any] = model.objects.filter(staff=staff, signed__isnull=False, replaced_by__isnull=False)
        found += rows.select_related(*with_them)
    return found


def _stands(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(replaced_by=None, void=False)


def entry(entry: UUID) -> Work | PracticumDay:
    """One row of either log, by its key."""
    found = Work.objects.filter(pk=entry).first() or PracticumDay.objects.filter(pk=entry).first()
    if found is None:
        raise Missing("entry", entry)
    return found


def supervisors_of(entry: UUID) -> set[UUID]:
    """Who is to sign a row, and who was to sign the one that it replaces."""
    found = one if (one := Work.objects.filter(pk=entry)) else PracticumDay.objects.filter(pk=entry)
    told = found.values_list("supervisor_id", "replaces__supervisor_id")
    return {supervisor for pair in told for supervisor in pair if supervisor}


def days_on(staff: UUID, on: date, but: UUID | None = None) -> list[PracticumDay]:
    """The days of practicum that stand on a date, one of them left out."""
    return list(_stands(PracticumDay.objects.filter(staff=staff, on=on)).exclude(pk=but))


def unsigned(staff: UUID, signer: UUID) -> list[Work | PracticumDay]:
    """What waits for a supervisor's signature: the lines that name them, in the order of their keys.

    What the house heard of itself is left out: nobody signs to have seen it, and the trail proves it.
    """
    by_hand = _stands(Work.objects.filter(staff=staff, signed=None, supervisor=signer))
    days = _stands(PracticumDay.objects.filter(staff=staff, signed=None, supervisor=signer))
    found: list[Work | PracticumDay] = [*by_hand, *days]
    return sorted(found, key=lambda one: one.pk)


def line(one: Work | PracticumDay) -> dict[str, Any]:
    """A row as it is signed: everything that it says, in plain values."""
    shared = {"id": str(one.pk), "staff": str(one.staff_id), "on": one.on.isoformat(), "note": one.note,
              "supervisor": str(one.supervisor_id or "")}  # fmt: skip
    if isinstance(one, Work):
        return {**shared, "act": one.act, "count": one.count, "how": one.how, "event": str(one.event or "")}
    return {**shared, "place": one.place, "begins": f"{one.begins:%H:%M}", "ends": f"{one.ends:%H:%M}",
            "pause": one.pause, "part": one.part}  # fmt: skip


def signatures(staff: UUID) -> list[dict[str, Any]]:
    """Who signed a person's logs: signer, at, rows, sha256; `whole` while the rows still give the hash."""
    rows = Signature.objects.filter(staff=staff).select_related("signer").order_by("-id")
    found = rows.prefetch_related("signed__work", "signed__day")
    return [{"signature": one, "whole": digest(map(line, _rows(one))) == one.sha256} for one in found]


def _rows(one: Signature) -> list[Work | PracticumDay]:
    named = [part.work or part.day for part in one.signed.all()]
    return sorted((row for row in named if row is not None), key=lambda row: row.pk)


def waiting_for(signer: UUID) -> list[dict[str, Any]]:
    """Whose logs name this person as supervisor and are not signed: staff id, name and how many rows."""
    found: dict[UUID, dict[str, Any]] = {}
    for model in (Work, PracticumDay):
        rows = _stands(model.objects.filter(supervisor=signer, signed=None)).select_related("staff")
        for row in rows:
            one = found.setdefault(row.staff_id, {"id": row.staff_id, "name": row.staff.name, "rows": 0})
            one["rows"] += 1
    return sorted(found.values(), key=lambda one: one["name"])


def towards(staff: UUID, on: date) -> list[dict[str, Any]]:
    """What is on record towards each number that a certification asks for: `requirement`, `have`, `signed`."""
    done, days, hours = _done(staff), practicum(staff), _trained(staff, on)
    return [_toward(one, done, days, hours) for one in rules.requirements(rules.book())]


def _toward(
    asked: Requirement, done: list[dict[str, Any]], days: Iterable[PracticumDay], hours: dict[str, int]
) -> dict[str, Any]:
    if asked.unit == "practicum hours":
        minutes = [(day.minutes, hasattr(day, "signed")) for day in days]
        have, signed = sum(m for m, _ in minutes) // 60, sum(m for m, ok in minutes if ok) // 60
    elif asked.unit == "training hours":
        # one course may stand behind several sign-offs: the longest counts, they are not added up
        have = signed = max((hours.get(act, 0) for act in asked.acts), default=0)
    else:
        mine = [one for one in done if one["act"] in asked.acts and not (asked.live and one["how"] == "simulation")]
        have, signed = sum(one["times"] for one in mine), sum(one["times"] for one in mine if one["proved"])
    return {"requirement": asked, "have": have, "signed": signed, "left": max(0, asked.number - signed)}


def done_by_act(staff: UUID) -> dict[str, dict[str, int]]:
    """How often a person did each kind of work: `have`, and `signed` of it."""
    found: dict[str, dict[str, int]] = {}
    for one in _done(staff):
        counted = found.setdefault(one["act"], {"have": 0, "signed": 0})
        counted["have"] += one["times"]
        counted["signed"] += one["times"] if one["proved"] else 0
    return found


def _done(staff: UUID) -> list[dict[str, Any]]:
    """Sums by act, how, and whether it is proved: signed, or heard of by the house itself. One query."""
    rows = _stands(Work.objects.filter(staff=staff))
    rows = rows.values("act", "how", "count", "event", "signed")
    found: dict[tuple[str, str, bool], int] = {}
    for row in rows:
        key = (row["act"], row["how"], bool(row["event"] or row["signed"]))
        found[key] = found.get(key, 0) + row["count"]
    return [{"act": act, "how": how, "proved": proved, "times": n} for (act, how, proved), n in found.items()]


def _trained(staff: UUID, on: date) -> dict[str, int]:
    """Hours of training that were signed off, by act."""
    rows = SignOff.objects.filter(Q(expires_on=None) | Q(expires_on__gte=on), staff=staff, revocations=None)
    return dict(rows.values_list("act").annotate(Sum("hours")))
