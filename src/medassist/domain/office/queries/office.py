"""What can be read of the office."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from medassist.domain.office import rules
from medassist.domain.office.models import Closure, Hours, Organization, Position, Presence, Room, Site, Staff
from medassist.kernel import clock
from medassist.kernel.errors import Missing
from medassist.kernel.prepared import Prepared

acts_of_profile = rules.acts_of_profile
moment = rules.wall
span = rules.span
ROLES = rules.ROLES
PROVIDERS = rules.PROVIDERS


def organization() -> Organization | None:
    """The practice, or None before it is set up."""
    return Organization.objects.first()


def site(site: UUID) -> Site:
    """One site."""
    if (found := Site.objects.filter(pk=site).first()) is None:
        raise Missing("site", site)
    return found


def sites(active: bool = True) -> list[Site]:
    """All sites, by name."""
    return list(Site.objects.filter(active=True) if active else Site.objects.all())


def rooms(site: UUID, active: bool = True) -> list[Room]:
    """A site's rooms in the order in which they lie, each with its site."""
    return list(Room.objects.select_related("site").filter(site=site, **({"active": True} if active else {})))


def room(room: UUID) -> Room:
    """One room."""
    if (found := Room.objects.filter(pk=room).first()) is None:
        raise Missing("room", room)
    return found


def staff(staff: UUID) -> Staff:
    """One person of the staff."""
    if (found := Staff.objects.filter(pk=staff).first()) is None:
        raise Missing("staff", staff)
    return found


_by_actor = Prepared(lambda actor: Staff.objects.filter(actor_id=actor).order_by("pk")[:1], UUID(int=1))


def staff_by_actor(actor: UUID) -> Staff | None:
    """The person of the staff who acts under this identity, or None."""
    return _by_actor.first(actor)


def working(staff: UUID, site: UUID, on: date) -> Staff | None:
    """The person, when one of the person's positions at the site holds on that day."""
    return Staff.objects.filter(
        pk=staff, active=True, pk__in=Position.objects.filter(holds(on), site=site, staff=staff).values("staff")
    ).first()


def of_staff(staff: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Name, family, short name and kind of provider of several persons by id; one query."""
    rows = Staff.objects.filter(pk__in=set(staff)).only("given", "family", "roles", "credentials_text", "resource")
    found = {}
    for one in rows:
        kind = rules.provider_kind(one.roles, one.credentials_text)
        found[one.pk] = {
            "id": one.pk,
            "name": one.name,
            "family": one.family,
            "kind": kind,
            "short": short_name(one.family, kind),
            "resource": one.resource,
        }
    return found


def has_staff() -> bool:
    """Whether anybody works here yet."""
    return Staff.objects.exists()


def names(actors: Iterable[UUID]) -> dict[UUID, str]:
    """Names of the staff by the identities they act under."""
    found = Staff.objects.filter(actor_id__in=set(actors)).values_list("actor_id", "given", "family")
    return {actor: f"{given} {family}" for actor, given, family in found}


def team(site: UUID, on: date | None = None) -> list[dict[str, Any]]:
    """Everybody with a position at a site on a day: id, actor, name, roles, credentials_text, provider, present."""
    on = on or clock.today(_zone(site))
    held = Position.objects.filter(holds(on), site=site, staff__active=True).select_related("staff")
    here = set(Presence.objects.filter(site=site, out_at=None).values_list("staff_id", flat=True))
    people: dict[UUID, dict[str, Any]] = {}
    for position in held.order_by("staff__family", "staff__given"):
        one = people.setdefault(position.staff_id, _person(position.staff, position.staff_id in here))
        one["roles"].append(position.role)
        one["provider"] = rules.is_provider(one["roles"])
    return list(people.values())


def _person(one: Staff, present: bool) -> dict[str, Any]:
    return {
        "id": one.pk, "actor": one.actor_id, "name": one.name, "given": one.given, "family": one.family,
        "credentials_text": one.credentials_text, "roles": [], "provider": False, "present": present,
        "resource": one.resource,
    }  # fmt: skip


def providers(site: UUID, on: date | None = None) -> list[dict[str, Any]]:
    """Those of the team who may be booked, with their short names ("Dr. Hale", "Osei, NP")."""
    found = [one for one in team(site, on) if one["provider"]]
    for one in found:
        one["kind"] = rules.provider_kind(one["roles"], one["credentials_text"])
        one["short"] = short_name(one["family"], one["kind"])
    return found


def staffed(site: UUID, from_on: date, to_on: date) -> list[dict[str, Any]]:
    """Every position at a site on some days: staff, actor, name, role, kind (MD, NP …), from_on, to_on; one query."""
    rows = Position.objects.filter(
        Q(to_on=None) | Q(to_on__gte=from_on), site=site, staff__active=True, from_on__lte=to_on
    ).select_related("staff")
    return [
        {"staff": one.staff_id, "actor": one.staff.actor_id, "name": one.staff.name, "role": one.role,
         "kind": rules.provider_kind([one.role], one.staff.credentials_text), "from_on": one.from_on,
         "to_on": one.to_on}
        for one in rows.order_by("staff__family", "staff__given", "role")
    ]  # fmt: skip


def short_name(family: str, kind: str) -> str:
    """How the day sheet calls a provider: Dr. Hale, or Osei, NP."""
    return f"Dr. {family}" if kind in {"MD", "DO"} else f"{family}, {kind}" if kind else family


def called(given: str, family: str, credentials_text: str, roles: list[str]) -> str:
    """How boards call a person of the staff: Dr. Hale; Osei, NP; Ana Reyes."""
    kind = rules.provider_kind(roles, credentials_text)
    return short_name(family, kind) if kind else f"{given} {family}"


def everybody() -> list[dict[str, Any]]:
    """All staff ever, active first: the person, its open positions with their sites, and where checked in."""
    held: dict[UUID, list[Position]] = {}
    for position in Position.objects.filter(holds(clock.now().date())).select_related("site"):
        held.setdefault(position.staff_id, []).append(position)
    here = dict(Presence.objects.filter(out_at=None).values_list("staff_id", "site__name"))
    people = Staff.objects.order_by("-active", "family", "given")
    return [{"staff": one, "positions": held.get(one.pk, []), "at": here.get(one.pk, "")} for one in people]


def positions(staff: UUID) -> list[Position]:
    """Every position that a person held or holds, the newest first."""
    return list(Position.objects.filter(staff=staff).select_related("site").order_by("-from_on"))


def position(position: UUID) -> Position:
    """One position."""
    if (found := Position.objects.filter(pk=position).select_related("staff", "site").first()) is None:
        raise Missing("position", position)
    return found


def presence(staff: UUID) -> Presence | None:
    """Where a person is checked in now, or None."""
    return Presence.objects.filter(staff=staff, out_at=None).select_related("site").first()


def providers_present(site: UUID, at: datetime | None = None) -> list[dict[str, Any]]:
    """Providers of a site who were in the building at a moment: kind (MD, DO, NP, PA), staff, name."""
    at = at or clock.now()
    here = Presence.objects.filter(Q(out_at=None) | Q(out_at__gt=at), site=site, in_at__lte=at)
    on = at.astimezone(ZoneInfo(_zone(site))).date()
    held = Position.objects.filter(
        holds(on), site=site, role__in=rules.PROVIDERS, staff__active=True, staff__in=here.values("staff")
    ).select_related("staff")
    roles: dict[UUID, list[str]] = {}
    people: dict[UUID, Staff] = {}
    for one in held:
        people[one.staff_id] = one.staff
        roles.setdefault(one.staff_id, []).append(one.role)
    return [
        {"kind": rules.provider_kind(roles[key], who.credentials_text), "staff": key, "name": who.name}
        for key, who in people.items()
    ]


STANDING = """
WITH site AS (SELECT s.id, s.name, s.state, s.timezone, (%(at)s AT TIME ZONE s.timezone)::date AS today
                FROM office_site s WHERE s.id = %(site)s)
SELECT w.id, w.given || ' ' || w.family, w.credentials_text, w.npi, w.active AND a.active, site.id, site.state,
       (SELECT coalesce(jsonb_agg(DISTINCT p.role), '[]') FROM office_position p, site
         WHERE p.staff_id = w.id AND p.site_id = site.id AND p.from_on <= site.today
           AND (p.to_on IS NULL OR p.to_on >= site.today)),
       (SELECT coalesce(jsonb_agg(DISTINCT p.role), '[]') FROM office_position p
         WHERE p.staff_id = w.id AND p.from_on <= (%(at)s)::date AND (p.to_on IS NULL OR p.to_on >= (%(at)s)::date)),
       EXISTS (SELECT FROM office_presence r WHERE r.staff_id = w.id AND r.site_id = %(site)s
                  AND r.in_at <= %(at)s AND (r.out_at IS NULL OR r.out_at > %(at)s)),
       (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('staff', o.id, 'name', o.given || ' ' || o.family,
                 'role', p.role, 'credentials_text', o.credentials_text)), '[]')
          FROM office_presence r JOIN office_staff o ON o.id = r.staff_id
          JOIN office_position p ON p.staff_id = o.id, site
         WHERE r.site_id = site.id AND r.in_at <= %(at)s AND (r.out_at IS NULL OR r.out_at > %(at)s) AND o.active
           AND p.site_id = site.id AND p.role = ANY(%(providers)s) AND p.from_on <= site.today
           AND (p.to_on IS NULL OR p.to_on >= site.today))
  FROM office_staff w JOIN kernel_actor a ON a.id = w.actor_id LEFT JOIN site ON true
 WHERE w.actor_id = %(actor)s
"""


def standing(actor: UUID, site: UUID | None, at: datetime) -> dict[str, Any] | None:
    """Who an identity is at a site at a moment, for the authority: one query; None when it is nobody of the staff.

    staff, name, credentials_text, npi, active, site, state, roles (there, that day), roles_anywhere, present,
    providers_present (kind, staff, name; the person itself included when it is one).
    """
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"actor": actor, "site": site, "at": at, "providers": list(rules.PROVIDERS)})
        if (row := cursor.fetchone()) is None:
            return None
    keys = ("staff", "name", "credentials_text", "npi", "active", "site", "state", "roles", "roles_anywhere", "present")
    found = dict(zip(keys, row[:10], strict=True))
    found["roles"], found["roles_anywhere"] = (_json(found[key]) for key in ("roles", "roles_anywhere"))
    found["providers_present"] = [
        {"kind": rules.provider_kind([p["role"]], p["credentials_text"]), "staff": UUID(p["staff"]), "name": p["name"]}
        for p in _json(row[10])
    ]
    return found


def _json(value: Any) -> Any:
    # raw cursors give jsonb as text: Django turns psycopg's own decoding off
    return json.loads(value) if isinstance(value, str) else value


def settings(of: Site | UUID) -> dict[str, Any]:
    """A site's settings, its profile's defaults filled in: waiting, screens, weight, holidays, clock."""
    found = of if isinstance(of, Site) else site(of)
    return rules.settings(found.profile, found.settings)


def profiles() -> dict[str, dict[str, Any]]:
    """The kinds of facility that medassist knows."""
    return rules.profiles()


def hours(site: UUID) -> list[Hours]:
    """The weekly hours that hold or will hold, by weekday and date."""
    return list(Hours.objects.filter(site=site, replaced=False).order_by("weekday", "from_on"))


def closures(site: UUID, since: date | None = None) -> list[Closure]:
    """Closures that are not over (or since a day), the next first."""
    return list(Closure.objects.filter(site=site, withdrawn_at=None, to_on__gte=since or clock.today(_zone(site))))


def open_days(site: Site, from_on: date, to_on: date) -> dict[date, dict[str, Any]]:
    """For each day: `opens` and `closes` on the wall clock (None when closed) and `why` it is closed. Two queries."""
    week = list(Hours.objects.filter(site=site, replaced=False).values_list("weekday", "from_on", "opens", "closes"))
    marked = list(Closure.objects.filter(site=site, withdrawn_at=None, from_on__lte=to_on, to_on__gte=from_on))
    which = rules.settings(site.profile, site.settings)["holidays"]
    days = (from_on + timedelta(days=n) for n in range((to_on - from_on).days + 1))
    return {day: _open(day, week, marked, rules.holidays(site.state, which, day.year)) for day in days}


def _open(day: date, week: list, marked: list[Closure], festive: dict[date, str]) -> dict[str, Any]:
    mine = [m for m in marked if m.from_on <= day <= m.to_on]
    closed: dict[str, Any] = {"opens": None, "closes": None}
    if shut := next((m for m in mine if not m.open), None):
        return {**closed, "why": shut.reason}
    if day in festive and not any(m.open for m in mine):
        return {**closed, "why": festive[day]}
    if (held := rules.hours_of(week, day)) is None:
        return {**closed, "why": f"Closed on {rules.WEEKDAYS[day.weekday()]}s"}
    return {"opens": held[0], "closes": held[1], "why": ""}


def open_on(site: Site, day: date) -> dict[str, Any]:
    """One day of `open_days`."""
    return open_days(site, day, day)[day]


def is_open(site: Site, at: datetime | None = None) -> bool:
    """Whether a site is open at a moment."""
    local = (at or clock.now()).astimezone(ZoneInfo(site.timezone))
    held = open_on(site, local.date())
    return held["opens"] is not None and held["opens"] <= local.time() < held["closes"]


def _zone(site: UUID) -> str:
    zone = Site.objects.filter(pk=site).values_list("timezone", flat=True).first()
    if zone is None:
        raise Missing("site", site)
    return zone


def holds(on: date) -> Q:
    """Positions that hold on a day."""
    return Q(from_on__lte=on) & (Q(to_on=None) | Q(to_on__gte=on))
