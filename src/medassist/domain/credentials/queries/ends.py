"""What can be read of what ends: credentials and sign-offs of which somebody is told, and those that have ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from medassist.domain.credentials import rules
from medassist.domain.credentials.models import Credential, Reminder, SignOff, Verification
from medassist.domain.credentials.queries.cards import running
from medassist.domain.credentials.queries.held import act_name
from medassist.kernel.errors import Missing

STEPS = rules.STEPS


def to_remind(staff: Iterable[UUID], on: date) -> list[tuple[Credential | SignOff, int]]:
    """What these people hold that ends soon and of which nobody was told at this step; renewed ones are left out.

    A step that was passed without a reminder is not made up for: the nearest one says all that there is to say.
    """
    who, until = list(staff), on + timedelta(days=max(STEPS))
    cards = running(on).filter(~Exists(_renewed()), staff__in=who, expires_on__lte=until)
    skills = SignOff.objects.filter(~Exists(_signed_anew()), staff__in=who, expires_on__gte=on, expires_on__lte=until)
    skills = skills.exclude(revocations__from_on__lte=on).order_by("expires_on", "id")
    rows: list[Credential | SignOff] = [*cards, *skills]
    told = _told(rows)
    due = [(row, rules.step_due(row.expires_on, on)) for row in rows if row.expires_on]
    return [(row, step) for row, step in due if step and not any((row.pk, s) in told for s in STEPS if s <= step)]


def _told(rows: list[Credential | SignOff]) -> set[tuple[UUID | None, int]]:
    """The steps at which somebody was told of these."""
    keys = [row.pk for row in rows]
    given = Reminder.objects.filter(Q(credential__in=keys) | Q(sign_off__in=keys))
    return {(card or skill, step) for card, skill, step in given.values_list("credential_id", "sign_off_id", "step")}


def _renewed() -> QuerySet[Credential]:
    """A verified one of the same name that lasts longer."""
    later = Q(expires_on=None) | Q(expires_on__gt=OuterRef("expires_on"))
    same = Credential.objects.filter(later, staff=OuterRef("staff"), kind=OuterRef("kind"), name=OuterRef("name"),
                                     state=OuterRef("state"))  # fmt: skip
    return same.filter(Exists(Verification.objects.filter(credential=OuterRef("pk"))), revocations=None)


def _signed_anew() -> QuerySet[SignOff]:
    """A sign-off of the same act that lasts longer and says no less."""
    later = Q(expires_on=None) | Q(expires_on__gt=OuterRef("expires_on"))
    same = SignOff.objects.filter(later, staff=OuterRef("staff"), act=OuterRef("act"), route=OuterRef("route"))
    no_less = {"hours__gte": OuterRef("hours"), "demonstrations__gte": OuterRef("demonstrations")}
    return same.filter(revocations=None, **no_less)


def renewed_by(credential: UUID) -> list[UUID]:
    """Earlier credentials that one makes good: the same thing of the same person, ending before."""
    row = Credential.objects.get(pk=credential)
    same = Credential.objects.filter(staff=row.staff_id, kind=row.kind, name=row.name, state=row.state)
    return list(_before(same, row.expires_on).exclude(pk=row.pk).values_list("pk", flat=True))


def signed_anew(sign_off: UUID) -> list[UUID]:
    """Earlier sign-offs that one makes good: the same act of the same person, no more of it, ending before."""
    row = SignOff.objects.get(pk=sign_off)
    same = SignOff.objects.filter(staff=row.staff_id, act=row.act, route=row.route, hours__lte=row.hours,
                                  demonstrations__lte=row.demonstrations)  # fmt: skip
    return list(_before(same, row.expires_on).exclude(pk=row.pk).values_list("pk", flat=True))


def _before(rows: QuerySet[Any], ends: date | None) -> QuerySet[Any]:
    return rows.filter(expires_on__lt=ends) if ends else rows.exclude(expires_on=None)


def reminder(reminder: UUID) -> dict[str, Any]:
    """One reminder: step, site, zone, at, staff; about (type/id), name, ends, and whether it is of a skill."""
    rows = Reminder.objects.select_related("credential__staff", "sign_off__staff", "site")
    if (found := rows.filter(pk=reminder).first()) is None:
        raise Missing("reminder", reminder)
    row, kind = _of(found)
    return {"step": found.step, "site": found.site_id, "zone": found.site.timezone, "staff": row.staff, "at": found.at,
            "ends": row.expires_on, **kind}  # fmt: skip


def _of(one: Reminder) -> tuple[Credential | SignOff, dict[str, Any]]:
    """What a reminder is of, and how that is called."""
    if card := one.credential:
        return card, {"about": f"credential/{card.pk}", "name": rules.called(card.kind, card.name), "skill": False}
    assert one.sign_off is not None, "the database keeps no other"
    name = f"Sign-off: {act_name(one.sign_off.act)}"
    return one.sign_off, {"about": f"sign-off/{one.sign_off.pk}", "name": name, "skill": True}


def reminders(staff: UUID) -> dict[Any, list[Reminder]]:
    """The reminders that were given of a person's credentials, by credential, the latest first."""
    found: dict[Any, list[Reminder]] = {}
    for one in Reminder.objects.filter(credential__staff=staff).order_by("step"):
        found.setdefault(one.credential_id, []).append(one)
    return found


def ended_between(since: date, until: date) -> list[Credential]:
    """Verified credentials, not revoked by then, whose last day lies within these days."""
    rows = Credential.objects.filter(expires_on__gte=since, expires_on__lte=until)
    rows = rows.filter(Exists(Verification.objects.filter(credential=OuterRef("pk"))))
    return list(
        rows.exclude(revocations__from_on__lte=F("expires_on")).select_related("staff").order_by("expires_on", "id")
    )


def skills_ended_between(since: date, until: date) -> list[SignOff]:
    """Sign-offs, not withdrawn by then, whose last day lies within these days."""
    rows = SignOff.objects.filter(expires_on__gte=since, expires_on__lte=until).select_related("staff")
    return list(rows.exclude(revocations__from_on__lte=F("expires_on")).order_by("expires_on", "id"))
