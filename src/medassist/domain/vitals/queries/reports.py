"""What devices sent, for people: what waits for them, what is held, what was said of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from medassist.codecs import units
from medassist.domain.office import queries as office
from medassist.domain.vitals import rules
from medassist.domain.vitals.models import Report
from medassist.domain.vitals.queries import base
from medassist.kernel.errors import Missing

SHOWN = 200


def report(report: UUID) -> Report:
    """One report."""
    rows = Report.objects.select_related("device", "site", "visit")
    if (found := rows.filter(pk=report).first()) is None:
        raise Missing("report", report)
    return found


def where_report(report: UUID) -> dict[str, Any]:
    """Site and, where it is known, patient of a report, as facts for the authority."""
    found = Report.objects.filter(pk=report).values("site_id", "visit__patient_id").first()
    if found is None:
        raise Missing("report", report)
    return {"site": found["site_id"], "patient": found["visit__patient_id"]}


def waiting(site: UUID, limit: int = SHOWN) -> list[dict[str, Any]]:
    """What devices sent and nobody was found for, the newest first."""
    return _shown(Report.objects.filter(site=site, status="waiting").order_by("-arrived_at")[:limit])


def waiting_count(site: UUID) -> int:
    """How many there are."""
    return Report.objects.filter(site=site, status="waiting").count()


def held(visit: UUID) -> list[dict[str, Any]]:
    """The newest that each device sent for a visit and that the chart does not have."""
    return _shown(Report.objects.filter(visit=visit, status="held").order_by("-measured_at"))


def settled(site: UUID, since: datetime, limit: int = SHOWN) -> list[dict[str, Any]]:
    """What people said of reports since a moment, the newest first."""
    rows = Report.objects.filter(site=site, settled_at__gte=since).order_by("-settled_at")[:limit]
    return _shown(rows)


def unconfirmed(site: UUID, since: datetime) -> dict[UUID, UUID]:
    """Visits with signs of a device that nobody has confirmed, each with the newest such set."""
    rows = Report.objects.filter(site=site, status="charted", measured_at__gte=since, set__in=base.unconfirmed())
    return {visit: of for visit, of in rows.order_by("measured_at").values_list("visit_id", "set_id") if visit}


def heard(site: UUID | None = None) -> dict[UUID, dict[str, Any]]:
    """When each device was heard last, and how far its clock is off."""
    rows = Report.objects.filter(device__isnull=False, **({"site": site} if site else {}))
    last = rows.values("device").annotate(last=Max("heard_at")).values_list("device", "last")
    found: dict[UUID, dict[str, Any]] = {}
    for device, at in last:
        row = Report.objects.filter(device=device, heard_at=at).values("drift", "note", "status", "why").first()
        found[device] = {"at": at, **(row or {})}
    return found


def _shown(rows: QuerySet[Report]) -> list[dict[str, Any]]:
    found = list(rows.select_related("device"))
    names = office.names({one.settled_by for one in found if one.settled_by})
    return [
        {
            "id": one.pk, "device": one.device, "device_said": one.device_said, "room_said": one.room_said,
            "sender": one.device.name if one.device else one.device_said or "Unknown device",
            "patient_said": one.patient_said, "who": _who(one.patient_said), "measured_at": one.measured_at,
            "said_at": one.said_at, "arrived_at": one.arrived_at, "heard_at": one.heard_at, "times": one.times,
            "signs": signs(one.found), "why": one.why, "note": one.note, "status": one.status, "visit": one.visit_id,
            "reason": one.reason, "settled_at": one.settled_at, "site": one.site_id,
            "settled_by": names.get(one.settled_by, "") if one.settled_by else "",
        }
        for one in found
    ]  # fmt: skip


def _who(said: dict[str, Any]) -> str:
    """What the message says of the patient, on one line."""
    name = ", ".join(part for part in (said.get("family"), said.get("given")) if part)
    parts = [name, said.get("born", ""), *(said.get("numbers") or ()), *(said.get("strange") or ())]
    return " · ".join(part for part in parts if part)


def signs(found: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Signs of a report in the office's units, the two pressures as one."""
    told = {(one["sign"], one.get("ordinal", 1)): one for one in found}
    lines = []
    for (name, ordinal), one in told.items():
        lower = told.get(("diastolic", ordinal))
        if name == "diastolic" and ("systolic", ordinal) in told:
            continue
        text, sign = _text(one), rules.sign(name)
        if name == "systolic" and lower:
            text, label = f"{text}/{_text(lower)}", "Blood pressure"
        else:
            label = sign.label
        where = rules.qualifier_word("site", one.get("body_site", ""))
        lines.append({"label": label, "text": text, "unit": sign.shown_unit, "how": where})
    return lines


def _text(one: dict[str, Any]) -> str:
    return rules.office_text(one["sign"], units.number(one["value"]), one["unit"])


def open_about(row: Report) -> bool:
    """Whether anything else of the same sender still waits."""
    same = Q(device=row.device_id) if row.device_id else Q(device=None, device_said=row.device_said)
    return Report.objects.filter(same, site=row.site_id, status="waiting").exists()
