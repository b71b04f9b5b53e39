"""Coverage in other people's words: FHIR Coverage."""

from __future__ import annotations

from typing import Any

from medassist.domain.billing import rules
from medassist.domain.billing.inputs import RecordCoverage
from medassist.domain.billing.models import Coverage
from medassist.exchange.anew import anew
from medassist.exchange.shows import shows


@anew(Coverage, "Coverage", replaced_by=None)
@shows("billing.coverage_recorded", "billing.coverage_ended", "billing.adopted")
def to_fhir(told: Coverage | list[Coverage]) -> list[dict[str, Any]]:
    """What the exchange keeps of one coverage, or of several."""
    rows = told if isinstance(told, list) else [told]
    return [{"resourceType": "Coverage", "id": str(row.entry), **row.record} for row in rows]


def from_fhir(resource: dict[str, Any], patient: Any, **more: Any) -> RecordCoverage:
    """A FHIR Coverage as a coverage of ours."""
    period = resource.get("period") or {}
    plan = rules.class_of(resource, "plan")
    relation = rules.relationship(resource)
    return RecordCoverage.of(
        patient=patient,
        payer=rules.payer(resource),
        plan=rules.words(plan.get("name") or plan.get("value")),
        member_id=rules.member_id(resource),
        group=rules.words(rules.class_of(resource, "group").get("value")),
        subscriber=rules.words((resource.get("subscriber") or {}).get("display")),
        relationship=relation if relation in rules.RELATIONSHIPS else "",
        rank=resource.get("order") or 1,
        begins_on=str(period.get("start") or "")[:10],
        ends_on=str(period.get("end") or "")[:10],
        **more,
    )
