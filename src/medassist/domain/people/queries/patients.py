"""One patient, or some of them, as screens and other domains need them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from medassist.domain.people.models import Alert, Patient, Photo, Version
from medassist.domain.people.rules import dates, names, phones, us_core
from medassist.kernel import clock
from medassist.kernel.errors import Missing
from medassist.kernel.prepared import Prepared

SEX = {"female": "F", "male": "M", "other": "X", "unknown": "?"}
COLUMNS = (
    "id", "mrn", "family", "given", "preferred", "born", "birth_date", "gender", "pronouns", "language", "interpreter",
    "deceased", "photo",
)  # fmt: skip


def today() -> date:
    """The calendar day where the office is."""
    return clock.now().astimezone(timezone.get_current_timezone()).date()


_patient = Prepared(lambda id: Patient.objects.filter(pk=id), UUID(int=1))


def patient(id: UUID) -> Patient:
    """One patient; Missing when there is none."""
    found = _patient.first(id)
    if found is None:
        raise Missing("patient", id)
    return found


def patients(ids: Iterable[UUID]) -> dict[UUID, Patient]:
    """Patients by id."""
    return Patient.objects.in_bulk(list(ids))


def existing(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these patients there are."""
    return set(Patient.objects.filter(pk__in=set(ids)).values_list("id", flat=True))


def line(row: dict[str, Any], on: date) -> dict[str, Any]:
    """One patient's columns in the form of `brief`."""
    family, given = row["family"], row["given"]
    return {
        "id": row["id"],
        "name": f"{family}, {given}".strip(", ") or "Unknown",
        "family": family,
        "given": given,
        "preferred": row["preferred"],
        "age": dates.age(row["born"], on),
        "sex": SEX.get(row["gender"], ""),
        "gender": row["gender"],
        "birth_date": row["birth_date"],
        "born": dates.said(row["born"]),
        "mrn": row["mrn"],
        "pronouns": row["pronouns"],
        "photo": row["photo"],
        "language": us_core.language_name(row["language"]) if row["language"] else "",
        "interpreter": row["interpreter"],
        "deceased": row["deceased"],
    }


def brief(ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """What a list shows of each patient, by id, in one query."""
    on = today()
    rows = Patient.objects.filter(pk__in=set(ids)).values(*COLUMNS)
    return {row["id"]: line(row, on) for row in rows}


def alerts(ids: Iterable[UUID] | UUID, on: date | None = None) -> dict[UUID, list[dict[str, Any]]]:
    """The alerts in force on a day, by patient, newest first."""
    wanted = [ids] if isinstance(ids, UUID) else list(ids)
    on = on or today()
    rows = Alert.objects.filter(
        Q(begins_on__isnull=True) | Q(begins_on__lte=on),
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        patient__in=wanted,
        ended_at__isnull=True,
    ).order_by("-made_at")
    found: dict[UUID, list[dict[str, Any]]] = {id: [] for id in wanted}
    for row in rows:
        found[row.patient_id].append({
            "id": row.id, "kind": row.kind, "code": row.code, "text": row.text,
            "begins_on": row.begins_on, "ends_on": row.ends_on,
            "made_at": row.made_at, "made_by": row.made_by,
        })  # fmt: skip
    return found


def banner(id: UUID) -> dict[str, Any]:
    """What the banner over a chart shows, but the lists of records (see records.queries.banner)."""
    one = patient(id)
    told = line({name: getattr(one, name) for name in COLUMNS}, today())
    main = names.usual(one.names)
    return {
        **told,
        "full": names.full(main) or told["name"],
        "alerts": alerts(id)[id],
        "phones": [phones.shown(t["value"]) for t in one.telecoms if t.get("system") == "phone" and t.get("value")],
        "contacts": contacts(one),
        "birth_sex": one.birth_sex,
        "gender_identity": us_core.gender_identity(one.record),
        "text_consent": one.text_consent,
        "active": one.active,
    }


def contacts(one: Patient) -> list[dict[str, str]]:
    """Whom to call for a patient: relationship, name, phone."""
    found = []
    for contact in one.contacts:
        relations = [
            concept.get("text")
            or next((c.get("display") or c.get("code") or "" for c in concept.get("coding") or []), "")
            for concept in contact.get("relationship") or []
        ]
        numbers = [t.get("value", "") for t in contact.get("telecom") or [] if t.get("system") in ("phone", None)]
        found.append({
            "relationship": ", ".join(filter(None, relations)),
            "name": names.full(contact.get("name") or {}),
            "phone": phones.shown(numbers[0]) if numbers else "",
        })  # fmt: skip
    return found


def photo(id: UUID) -> Photo | None:
    """The newest photo of a patient."""
    return Photo.objects.filter(patient=id).order_by("-id").first()


def versions(id: UUID) -> list[Version]:
    """The demographics as they were before, newest first."""
    return list(Version.objects.filter(patient=id).order_by("-number"))


def living(limit: int) -> list[tuple[UUID, date]]:
    """Some patients who are alive and whose birth date is known, the first registered first."""
    rows = Patient.objects.filter(deceased=False, birth_date__isnull=False).order_by("pk")
    return [(one, born) for one, born in rows.values_list("pk", "birth_date")[:limit] if born]
