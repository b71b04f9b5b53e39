"""Critical values call a provider and do not rest until somebody says what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from medassist.domain.office import queries as office
from medassist.domain.visits import queries as visits
from medassist.domain.vitals import queries
from medassist.domain.vitals.rules import news2
from medassist.domain.worklist import actions as worklist
from medassist.domain.worklist import queries as tasks
from medassist.domain.worklist.inputs import Add, Note, Withdraw
from medassist.kernel.context import Context
from medassist.kernel.events import reacts
from medassist.kernel.models import Event
from medassist.ui import human


@reacts("vitals.taken")
@reacts("vitals.received")
@reacts("vitals.confirmed")
def call_a_provider(ctx: Context, event: Event) -> None:
    """A value is critical: the provider of the visit is told at once, by a task that stays until acknowledged."""
    found = queries.one_set(event.made)
    values = queries.critical(found)
    if values and not queries.too_old(found, event.at) and not queries.calls(f"vitals/{found['id']}"):
        _call(ctx, found, values)


@reacts("vitals.confirmed")
def say_that_it_is_confirmed(ctx: Context, event: Event) -> None:
    """Somebody looked at what a device reported: whoever was told of it reads so."""
    found = queries.one_set(event.made)
    if task := queries.open_call(f"vitals/{found['id']}"):
        who = found["confirmed_by"] or "somebody of the staff"
        _note(ctx, task, f"The values of {_clock(found['taken_at'], task['site'])} were confirmed by {who}.")


@reacts("vitals.corrected")
def look_again(ctx: Context, event: Event) -> None:
    """A reading was corrected: what is critical now is told, and what no longer is calls nobody."""
    wrong = queries.reading(UUID(event.subject.rpartition("/")[2]))
    found, about = wrong["set"], f"correction/{event.id}"  # an event may be told twice
    if queries.calls(about):
        return
    values, task = queries.critical(found), queries.open_call(f"vitals/{found['id']}")
    mine = [one for one in values if one.sign in _together(wrong["sign"])]
    if task and not any(map(queries.critical, _covered(task))):
        _withdraw(ctx, task, wrong)
    elif mine and not queries.too_old(found, event.at):
        told = task or _call(ctx, found, mine)
        _note(ctx, told, f"Corrected: {wrong['replaced_why']}\n{_details(found, mine, told['site'])}", about)
    elif task:
        _note(ctx, task, f"{wrong['label']} {wrong['text']} was corrected: {wrong['replaced_why']}", about)


def _call(ctx: Context, found: Mapping[str, Any], values: list[Any]) -> dict[str, Any]:
    """One task for the provider of the visit who is in the building, else for all providers of the site."""
    visit = visits.visit(found["visit"]) if found["visit"] else None
    site = visit.site_id if visit else found["site"] or office.sites()[0].pk
    here = {one["staff"] for one in office.providers_present(site)}
    room = f", room {visit.room.name}" if visit and visit.room else ""
    more = f", and {len(values) - 1} more" if len(values) > 1 else ""
    told = Add(
        kind=queries.CALL, title=f"{values[0].text}{room}{more}", details=_details(found, values, site), site=site,
        patient=found["patient"], visit=found["visit"], about=f"vitals/{found['id']}", joins=True,
        owner=visit.provider_id if visit and visit.provider_id in here else None,
    )  # fmt: skip
    task = worklist.add(ctx.but(site=site), told)
    return {"id": task.pk, "site": site}


def _details(found: Mapping[str, Any], values: Iterable[Any], site: UUID) -> str:
    """Each value with its time, its judgement and the source of that; a device's are said to be unconfirmed."""
    at = _clock(found["taken_at"], site)
    lines = [f"{one.text} at {at}: {one.words.lower()}. Source: {one.source['text']}" for one in values]
    if found["preliminary"]:
        lines.append(f"Reported by {found['device'] or 'another system'}, not confirmed by anybody yet.")
    return "\n".join(lines)


def _clock(at: datetime, site: UUID) -> str:
    return human.clock(at.astimezone(ZoneInfo(office.site(site).timezone)))


def _together(sign: str) -> frozenset[str]:
    """The signs that are judged with this one."""
    pair = {"systolic", "diastolic"} if sign in ("systolic", "diastolic") else {sign}
    return frozenset({*pair, "news2"} if pair & news2.SIGNS else pair)


def _covered(task: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The sets that a task tells of."""
    told = (one.partition("/") for one in tasks.subjects(task["id"]))
    return [queries.one_set(UUID(which)) for kind, _, which in told if kind == "vitals"]


def _note(ctx: Context, task: Mapping[str, Any], text: str, about: str = "") -> None:
    worklist.note(ctx.but(site=task["site"]), Note(task=task["id"], text=text, about=about))


def _withdraw(ctx: Context, task: Mapping[str, Any], wrong: Mapping[str, Any]) -> None:
    reason = f"{wrong['label']} {wrong['text']} was corrected: {wrong['replaced_why']}"
    worklist.withdraw(ctx.but(site=task["site"]), Withdraw(task=task["id"], reason=reason[:500]))
