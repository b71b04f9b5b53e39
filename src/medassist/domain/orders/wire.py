"""Standing orders in FHIR R4: each signed version is an ActivityDefinition, one activity for whomever it fits."""

from __future__ import annotations

from datetime import date
from typing import Any

from medassist.domain.delegation import queries as delegation
from medassist.domain.office import queries as office
from medassist.domain.orders import queries
from medassist.domain.orders.models import StandingOrder
from medassist.exchange.anew import anew
from medassist.exchange.shows import shows

Resource = dict[str, Any]


@shows("orders.standing_signed")
def signed(one: StandingOrder) -> list[Resource]:
    """The version that was signed, and the one whose place it takes."""
    return [*([definition(one.replaces, one)] if one.replaces else []), definition(one)]


@anew(StandingOrder, "ActivityDefinition")
@shows("orders.standing_withdrawn")
def definition(one: StandingOrder, instead: StandingOrder | None = None) -> Resource:
    """One version: its text, the act, who signed it, and until when it holds."""
    instead = instead or getattr(one, "replaced_by", None)
    signer = [{"name": f"{one.signer.name}, {one.kind}"}]
    act = delegation.acts().name(one.act)
    practice = office.organization()
    found: Resource = {
        "resourceType": "ActivityDefinition", "id": str(one.pk), "url": _url(one), "version": str(one.version),
        "identifier": [{"value": str(one.number), "type": {"text": "Number of the standing order"}}],
        "name": f"StandingOrder{one.number}", "title": one.title, "description": one.text,
        "status": "retired" if instead or one.withdrawn_on else "active", "intent": "order",
        "date": (instead or one).at.isoformat(timespec="seconds"), "publisher": practice.name if practice else "",
        "approvalDate": one.signed_on.isoformat(), "author": signer, "endorser": signer,
        "effectivePeriod": {"start": one.signed_on.isoformat(), "end": _last(one, instead).isoformat()},
        "relatedArtifact": _before(one), "location": {"reference": f"Location/{one.site_id}"} if one.site_id else None,
        "code": {"coding": [{"code": one.act, "display": act}], "text": act},
    }  # fmt: skip
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _last(one: StandingOrder, instead: StandingOrder | None) -> date:
    """The last day on which it may be acted upon."""
    ends = [day for day in (one.withdrawn_on, instead and instead.signed_on, one.review_on) if day]
    return min(ends)


def _url(one: StandingOrder) -> str:
    """All versions of an order have the name of the first one."""
    return f"urn:uuid:{queries.first_version(one.number)}"


def _before(one: StandingOrder) -> list[Resource]:
    if one.replaces_id is None:
        return []
    return [{"type": "predecessor", "resource": f"{_url(one)}|{one.version - 1}"}]
