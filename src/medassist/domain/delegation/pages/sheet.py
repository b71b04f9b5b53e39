"""The authorization sheet for the wall: what one assistant may do here, on which conditions, by which text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from medassist.domain.delegation import queries, rules
from medassist.domain.delegation.pages.ways import must
from medassist.domain.office import queries as office
from medassist.kernel.context import Context
from medassist.kernel.errors import Missing
from medassist.ui import human, paper
from medassist.ui.pages import page

SHEET = "domain/delegation/paper/authorization.typ"
ANSWERS = {"allow": "May", "needs": "Not yet", "deny": "May not"}


@page(act="house.own")
def sheet(request: HttpRequest, ctx: Context, staff: UUID) -> HttpResponse:
    """One assistant's sheet as PDF: acts by answer, with conditions, source and date, and a line to sign."""
    if ctx.site is None:
        raise Missing("site")
    site, person = office.site(ctx.site), office.staff(staff)
    if person.actor_id != ctx.actor.id:
        must(ctx, "house.look_ahead", f"staff/{staff}")
    made = paper.pdf(SHEET, on_paper(person, site, ctx.actor.name))
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="authorization-{person.family.lower()}.pdf"'
    return answer


def on_paper(person: Any, site: Any, who: str) -> dict[str, Any]:
    """What stands on the sheet."""
    book = queries.book(site.state)
    rows = [_row(one) for one in queries.authorizations(person.pk, site.pk)]
    looked = next((one for one in queries.checks(site.state) if one.hash == book.hash), None)
    return {
        "title": f"What {person.name} may do", "site": site.name, "state": book.name, "printed": paper.printed(who),
        "text": f"{book.name}'s file researched {human.birth(_date(book))}, text {book.hash[:8]}", "rows": rows,
        "checked": f"{looked.name}, {looked.profession}, {human.birth(looked.checked_on)}" if looked else "",
        "groups": [[word, [row for row in rows if row["answer"] == word]] for word in ANSWERS.values()],
    }  # fmt: skip


def _date(book: rules.State) -> Any:
    return rules.day(book.data["last_researched"])


def _row(one: queries.Authorization) -> dict[str, Any]:
    cited = next((reason for reason in one.ruling.reasons if reason.citation), None)
    needs = "; ".join(need.text.partition(" To read: ")[0].rstrip(".") for need in one.ruling.needs)
    why = one.ruling.reasons[0].text if one.ruling.reasons else ""
    said = {"allow": "; ".join(rules.takes_of(one.clause)), "needs": needs, "deny": why}
    return {
        "name": rules.acts().name(one.act), "answer": ANSWERS[one.ruling.decision], "said": said[one.ruling.decision],
        "citation": cited.citation if cited else "", "as_of": (cited.as_of or "no date") if cited else "",
        "by": ", ".join(one.delegators),
    }  # fmt: skip
