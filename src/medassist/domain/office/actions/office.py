"""What can be done to the office."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.office import queries, rules
from medassist.domain.office.inputs import (
    AddRoom,
    AddSite,
    AddStaff,
    ChangeOrganization,
    ChangePosition,
    ChangeRoom,
    ChangeSettings,
    ChangeSite,
    ChangeStaff,
    CheckIn,
    CheckOut,
    CloseDays,
    EndPosition,
    GivePosition,
    LeaveOffice,
    OpenOrganization,
    SetHours,
    SetUp,
    WithdrawClosure,
)
from medassist.domain.office.models import Closure, Hours, Organization, Position, Presence, Room, Site, Staff
from medassist.kernel import clock
from medassist.kernel.action import action
from medassist.kernel.clash import clash
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid, Missing
from medassist.kernel.models import ActorRow

ORGANIZATION_TAKEN = {"office_organization_only_key": "This office is set up already."}
SITE_TAKEN = {"office_site_name_key": "Another site has this name."}
ROOM_TAKEN = {"one_room_of_a_name_a_site": "Another room of this site has this name."}
NPI_TAKEN = {"one_staff_an_npi": "Another person of the staff has this NPI."}
POSITION_TAKEN = {"one_open_position_a_role": "This person holds that role there already."}


def _day(ctx: Context, place: Site) -> date:
    """The calendar day of this action at a site."""
    return ctx.at.astimezone(ZoneInfo(place.timezone)).date()


def _any_staff(ctx: Context, given: Any) -> dict[str, Any]:
    return {"any_staff": queries.has_staff()}


def _own(ctx: Context, given: CheckIn | CheckOut) -> dict[str, Any]:
    one = Staff.objects.filter(pk=given.staff).values_list("actor_id", flat=True).first()
    return {"own": one == ctx.actor.id, "site": getattr(given, "site", None)}


@action(
    "office.set_up",
    emits="office.set_up",
    shows=("Organization", "Location", "Practitioner", "PractitionerRole"),
    facts=_any_staff,
)
def set_up(ctx: Context, given: SetUp) -> Staff:
    """Set up the practice: its name, its first site and its first manager. Only while nobody works here."""
    if queries.has_staff() or queries.organization():
        raise Conflict("This office is set up already.")
    address = given.address.plain()
    with clash(ORGANIZATION_TAKEN | SITE_TAKEN):
        practice = Organization.objects.create(name=given.organization, phone=given.phone, address=address)
        first = _new_site(practice, given.site, given)
    person = _new_staff(given.given, given.family, given.credentials_text, "", ["manager"])
    Position.objects.create(staff=person, site=first, role="manager", from_on=_day(ctx, first))
    return person


@action("office.open_organization", emits="office.organization_opened", shows=("Organization",))
def open_organization(ctx: Context, given: OpenOrganization) -> Organization:
    """Open the practice itself: its name, number, phone and address."""
    with clash(ORGANIZATION_TAKEN):
        return Organization.objects.create(
            name=given.name, npi=given.npi, phone=given.phone, address=given.address.plain()
        )


@action("office.change_organization", emits="office.organization_changed", shows=("Organization",))
def change_organization(ctx: Context, given: ChangeOrganization) -> Organization:
    """Change the name, number, phone or address of the practice."""
    if (practice := queries.organization()) is None:
        raise Missing("organization")
    return _changed(practice, given)


@action("office.add_site", emits="office.site_added", shows=("Location",))
def add_site(ctx: Context, given: AddSite) -> Site:
    """Add a site where patients are seen; its hours begin as those of its kind of facility."""
    if (practice := queries.organization()) is None:
        raise Conflict("Open the practice first, then its sites.")
    with clash(SITE_TAKEN):
        return _new_site(practice, given.name, given)


@action("office.change_site", emits="office.site_changed", shows=("Location",))
def change_site(ctx: Context, given: ChangeSite) -> Site:
    """Change a site's name, kind of facility, phone or address, or take it out of use."""
    with clash(SITE_TAKEN):
        return _changed(queries.site(given.site), given)


@action("office.add_room", emits="office.room_added", shows=("Location",))
def add_room(ctx: Context, given: AddRoom) -> Room:
    """Add a room to a site."""
    with clash(ROOM_TAKEN):
        return Room.objects.create(site=queries.site(given.site), name=given.name, kind=given.kind, place=given.place)


@action("office.change_room", emits="office.room_changed", shows=("Location",))
def change_room(ctx: Context, given: ChangeRoom) -> Room:
    """Change a room's name, kind or place, or take it out of use."""
    with clash(ROOM_TAKEN):
        return _changed(queries.room(given.room), given)


@action("office.set_hours", emits="office.hours_set", shows=("Location",))
def set_hours(ctx: Context, given: SetHours) -> Hours:
    """Set when a site is open on one weekday, from a date on."""
    of = queries.site(given.site)
    for earlier in Hours.objects.filter(site=of, weekday=given.weekday, from_on=given.from_on, replaced=False):
        earlier.replaced = True
        earlier.save(update_fields=["replaced"])
    with clash({"one_set_of_hours_a_day": "Somebody set these hours at the same moment. Look again."}):
        return Hours.objects.create(
            site=of, weekday=given.weekday, opens=given.opens, closes=given.closes, from_on=given.from_on
        )


@action("office.close_days", emits="office.days_closed", shows=None)
def close_days(ctx: Context, given: CloseDays) -> Closure:
    """Close a site for some days, or keep it open although a holiday would close it."""
    return Closure.objects.create(
        site=queries.site(given.site), from_on=given.from_on, to_on=given.to_on, reason=given.reason, open=given.open
    )


@action("office.withdraw_closure", emits="office.closure_withdrawn", shows=None)
def withdraw_closure(ctx: Context, given: WithdrawClosure) -> Closure:
    """Withdraw a closure: the site is open as usual on those days."""
    found = Closure.objects.select_for_update().filter(pk=given.closure).first()
    if found is None:
        raise Missing("closure", given.closure)
    if found.withdrawn_at:
        raise Conflict("This closure was withdrawn already.")
    found.withdrawn_at = ctx.at
    found.save(update_fields=["withdrawn_at"])
    return found


@action("office.change_settings", emits="office.settings_changed", shows=None)
def change_settings(ctx: Context, given: ChangeSettings) -> Site:
    """Change what a site sets for itself: waiting times, screens, holidays, the clock."""
    of = Site.objects.select_for_update().filter(pk=given.site).first()
    if of is None:
        raise Missing("site", given.site)
    own = dict(of.settings)
    for name in ("waiting", "screens"):
        if (new := getattr(given, name)) is not None:
            own[name] = {**own.get(name, {}), **new}
    own.update(
        {name: value for name in ("holidays", "clock", "pressure_rest") if (value := getattr(given, name)) is not None}
    )
    of.settings = own
    of.save(update_fields=["settings"])
    return of


@action("office.add_staff", emits="office.staff_added", shows=("Practitioner", "PractitionerRole"))
def add_staff(ctx: Context, given: AddStaff) -> Staff:
    """Add a person to the staff, with roles at one site or more."""
    places = [queries.site(one) for one in dict.fromkeys(given.sites)]
    roles = list(dict.fromkeys(given.roles))
    with clash(NPI_TAKEN):
        person = _new_staff(given.given, given.family, given.credentials_text, given.npi, roles)
    Position.objects.bulk_create(
        Position(staff=person, site=place, role=role, from_on=given.from_on or _day(ctx, place))
        for place in places
        for role in roles
    )
    return person


@action("office.change_staff", emits="office.staff_changed", shows=("Practitioner",))
def change_staff(ctx: Context, given: ChangeStaff) -> Staff:
    """Change a person's name, letters after the name, or NPI."""
    with clash(NPI_TAKEN):
        person = _changed(queries.staff(given.staff), given)
    identity = ActorRow.objects.get(pk=person.actor_id)
    if identity.name != person.name:
        identity.name = person.name
        identity.save(update_fields=["name"])
    return person


@action("office.give_position", emits="office.position_given", shows=("Practitioner", "PractitionerRole"))
def give_position(ctx: Context, given: GivePosition) -> Position:
    """Give a person one more role at a site, from a date on."""
    person, place = queries.staff(given.staff), queries.site(given.site)
    return _give(person, place, given.role, given.from_on or _day(ctx, place))


@action("office.change_position", emits="office.position_changed", shows=("Practitioner", "PractitionerRole"))
def change_position(ctx: Context, given: ChangePosition) -> Position:
    """Give a person another role in place of one, from a date on."""
    earlier = queries.position(given.position)
    _end(earlier, given.from_on - timedelta(days=1))
    return _give(earlier.staff, earlier.site, given.role, given.from_on)


@action("office.end_position", emits="office.position_ended", shows=("Practitioner", "PractitionerRole"))
def end_position(ctx: Context, given: EndPosition) -> Position:
    """End a position on its last day."""
    held = queries.position(given.position)
    _end(held, given.to_on)
    _roles_again(held.staff)
    return held


@action("office.leave", emits="office.staff_left", shows=("Practitioner", "PractitionerRole"))
def leave(ctx: Context, given: LeaveOffice) -> Staff:
    """End all positions of a person who leaves; from now on the person can no longer act here."""
    person = queries.staff(given.staff)
    if not person.active:
        raise Conflict(f"{person.name} has left already.")
    for held in Position.objects.filter(staff=person, to_on=None).select_related("staff"):
        held.to_on = max(given.to_on, held.from_on)
        held.save(update_fields=["to_on"])
    _out(person.pk, ctx)
    person.active = False
    person.save(update_fields=["active"])
    ActorRow.objects.filter(pk=person.actor_id).update(active=False)
    return person


@action("office.check_in", emits="office.checked_in", shows=None, facts=_own)
def check_in(ctx: Context, given: CheckIn) -> Presence:
    """Check somebody in at a site: in the building from now on."""
    person, place = queries.staff(given.staff), queries.site(given.site)
    held = Position.objects.filter(queries.holds(_day(ctx, place)), staff=person, site=place)
    if not person.active or not held.exists():
        raise Invalid({"site": [f"{person.name} holds no position at {place.name} today."]})
    here = Presence.objects.select_for_update().filter(staff=person, out_at=None).first()
    if here and here.site_id == place.pk:
        raise Conflict(f"{person.name} is checked in at {place.name} already.")
    if here:
        _leaves(here, ctx)
    with clash({"in_one_place_at_a_time": f"{person.name} was checked in at the same moment."}):
        return Presence.objects.create(staff=person, site=place, in_at=ctx.at)


@action("office.check_out", emits="office.checked_out", shows=None, facts=_own)
def check_out(ctx: Context, given: CheckOut) -> Presence:
    """Check somebody out: no longer in the building."""
    person = queries.staff(given.staff)
    if (here := _out(person.pk, ctx)) is None:
        raise Conflict(f"{person.name} is not checked in.")
    return here


def _new_site(practice: Organization, name: str, given: SetUp | AddSite) -> Site:
    place = Site.objects.create(
        organization=practice, name=name, timezone=given.timezone, state=given.state, profile=given.profile,
        phone=given.phone, address=given.address.plain(),
    )  # fmt: skip
    week = rules.profiles()[given.profile]["hours"]
    Hours.objects.bulk_create(
        Hours(site=place, weekday=n, from_on=date(2000, 1, 1), **_times(week.get(day.lower())))
        for n, day in enumerate(rules.WEEKDAYS)
    )
    return place


def _times(pair: list[str] | None) -> dict[str, time | None]:
    return {"opens": time.fromisoformat(pair[0]), "closes": time.fromisoformat(pair[1])} if pair else {}


def _new_staff(given: str, family: str, letters: str, npi: str, roles: list[str]) -> Staff:
    identity = ActorRow.objects.create(kind="person", name=f"{given} {family}")
    return Staff.objects.create(
        actor=identity, given=given, family=family, credentials_text=letters, npi=npi, roles=roles
    )


def _changed(row: Any, given: Any) -> Any:
    new = {n: v for n, v in given if v is not None and n != "confirmed" and hasattr(row, n) and n not in _WHICH}
    for name, value in new.items():
        setattr(row, name, value.plain() if name == "address" else value)
    if new:
        row.save(update_fields=list(new))
    return row


_WHICH = ("site", "staff", "room")


def _give(person: Staff, place: Site, role: str, on: date) -> Position:
    overlapping = Position.objects.filter(staff=person, site=place, role=role, from_on__lte=on, to_on__gte=on)
    if overlapping.exists():
        raise Conflict(POSITION_TAKEN["one_open_position_a_role"])
    with clash(POSITION_TAKEN):
        held = Position.objects.create(staff=person, site=place, role=role, from_on=on)
    if not person.active:
        person.active = True
        person.save(update_fields=["active"])
        ActorRow.objects.filter(pk=person.actor_id).update(active=True)
    _roles_again(person)
    return held


def _end(held: Position, on: date) -> None:
    if held.to_on is not None and held.to_on <= on:
        raise Conflict("This position ended before.")
    if on < held.from_on:
        raise Invalid({"to_on": ["A position ends on its first day or later."]})
    held.to_on = on
    held.save(update_fields=["to_on"])


def _roles_again(person: Staff) -> None:
    """The roles on the person are those of the positions that have not ended."""
    open_ones = Position.objects.filter(staff=person).exclude(to_on__lt=clock.now().date())
    person.roles = list(dict.fromkeys(open_ones.order_by("from_on").values_list("role", flat=True)))
    person.save(update_fields=["roles"])


def _out(staff: UUID, ctx: Context) -> Presence | None:
    here = Presence.objects.select_for_update().filter(staff=staff, out_at=None).first()
    return _leaves(here, ctx) if here else None


def _leaves(here: Presence, ctx: Context) -> Presence:
    here.out_at = max(ctx.at, here.in_at)
    here.save(update_fields=["out_at"])
    return here
