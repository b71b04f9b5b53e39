"""What may I do here: every act with its answer, why, and what would make it a yes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from medassist.domain.delegation import queries
from medassist.domain.delegation.pages.ways import must, signs_policies
from medassist.domain.office import queries as office
from medassist.kernel import clock, reading
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.ui.forms import Form
from medassist.ui.pages import fragment, page, table_csv

STATUSES = {
    "allow": ("good", "Yes"),
    "order": ("info", "With an order"),
    "needs": ("watch", "Not yet"),
    "deny": ("stop", "No"),
}
SHOWN = (("", "All"), ("yes", "Yes"), ("not-yet", "Not yet"), ("no", "No"))
FILTER = {"allow": "yes", "order": "yes", "needs": "not-yet", "deny": "no"}
COLUMNS = (
    ("Act", "name"), ("Code", "act"), ("Answer", "answer"), ("What would make it a yes", "needs"), ("Source", "source"),
    ("Address", "url"), ("As of", "as_of"), ("Resting on", "rests_on"),
)  # fmt: skip


SKILL = ("training-hours", "demonstrations", "competency")


@dataclass(frozen=True)
class Links:
    """Which needs the person who looks can meet: sign policies, sign off this person's skills."""

    policies: bool
    skills_of: UUID | None


@page(act="house.own")
def mine(request: HttpRequest, ctx: Context) -> HttpResponse:
    """What the person who asks may do at this site, now."""
    return mine_again(request, ctx, Form())


def mine_again(request: HttpRequest, ctx: Context, form: Form) -> HttpResponse:
    """The same with the form by which one says how one can be reached, as it was sent."""
    person = office.staff_by_actor(ctx.actor.id)
    if person is None:
        raise Missing("person of the staff")
    return _table(request, ctx, person, "What may I do here?", reverse("may-mine"), form)


@page(act="house.own")
def of_staff(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """What one person of the staff may do at this site, now: for the manager, and for who signs off skills."""
    if not reading.may(ctx, "house.sign_off", f"staff/{staff}").allowed:
        must(ctx, "house.manage_staff", f"staff/{staff}")
    person = office.staff(staff)
    return _table(request, ctx, person, f"What may {person.name} do here?", reverse("may-staff", args=[staff]))


def _table(
    request: HttpRequest, ctx: Context, person: Any, title: str, url: str, form: Form | None = None
) -> HttpResponse:
    form = form or Form()
    answers = queries.what_may(person.pk, ctx.site, clock.now())
    links = Links(signs_policies(ctx), person.pk if _teaches(ctx, person) else None)
    site = office.site(ctx.site) if ctx.site else None
    signed = _signed(site) if site else {}
    rows = [{**_row(answer, links), "policy": signed.get(answer.act)} for answer in answers]
    if csv := table_csv(request, "acts", COLUMNS, rows):
        return csv
    show = request.GET.get("show", "")
    shown = [row for row in rows if not show or row["filter"] == show]
    supervises = _supervises(ctx, person)
    told = {
        "title": title,
        "person": person,
        "site": site,
        "rows": shown,
        "count": len(rows),
        "counts": {key: sum(1 for row in rows if row["filter"] == key) for key, _ in SHOWN if key},
        "links": [
            {"url": f"{url}?show={key}" if key else url, "label": label, "on": key == show} for key, label in SHOWN
        ],
        "present": office.providers_present(ctx.site) if ctx.site else [],
        "called": queries.reachable(ctx.site) if ctx.site else [],
        "own": person.actor_id == ctx.actor.id,
        "supervises": supervises,
        "form": form,
        "wrong": [text for texts in form.faults.values() for text in texts],
        "reach": queries.reach_of(person.pk, ctx.site, clock.now()) if supervises and ctx.site else None,
    }
    return fragment(request, "delegation/may.html", told, form.status)


def _signed(site: Any) -> dict[str, Any]:
    """The policies by which acts are done here today, by act: what binds somebody can be read by them."""
    today, hash = clock.today(site.timezone), queries.book(site.state).hash
    kept = [one for one in queries.policies(site.state, site.pk) if one.review_on >= today]
    return {one.act: one for one in kept if one.hash == hash or one.act in queries.acts().administrative}


def _row(answer: queries.Answer, links: Links) -> dict[str, Any]:
    ruling = answer.ruling
    state, word = STATUSES[answer.status]
    cited = [reason for reason in dict.fromkeys(ruling.reasons) if reason.citation]
    sources = list({(reason.citation, reason.url): reason for reason in cited}.values())
    return {
        "name": answer.name,
        "act": answer.act,
        "kind": answer.kind,
        "status": answer.status,
        "state": state,
        "answer": word,
        "filter": FILTER[answer.status],
        "ruling": ruling,
        "why": ruling.reasons[0].text if ruling.reasons else "",
        "asked": [_asked(need, answer.act, links) for need in ruling.needs],
        "words": answer.words,
        "conflict": answer.conflict,
        "sources": sources,
        "needs": " ".join(need.text for need in ruling.needs),
        "source": "; ".join(reason.citation for reason in sources),
        "url": sources[0].url if sources else "",
        "as_of": answer.as_of,
        "stale": answer.stale,
        "rests_on": answer.rests_on,
        "rests_state": {"law": "good", "board guidance": "info", "secondary only": "watch"}.get(
            answer.rests_on, "none"
        ),
    }


def _asked(need: Any, act: str, links: Links) -> dict[str, str]:
    """A need in one sentence; the file's words stand below it, not inside it."""
    text, _, _ = need.text.partition(" To read: ")
    url, label = "", ""
    if links.policies and need.code == "policy":
        url, label = reverse("policy-sign", args=[act]), "Read and sign"
    elif links.skills_of and need.code in SKILL:
        url, label = reverse("skill-sign", args=[links.skills_of, act]), "Sign off"
    return {"code": need.code, "text": text, "url": url, "label": label}


def _teaches(ctx: Context, person: Any) -> bool:
    return person.actor_id != ctx.actor.id and reading.may(ctx, "house.sign_off", f"staff/{person.pk}").allowed


def _supervises(ctx: Context, person: Any) -> bool:
    """Whether the person who looks may say of themselves that they can be reached."""
    return person.actor_id == ctx.actor.id and bool(ctx.site) and reading.may(ctx, "house.supervise", "office").allowed
