"""What can be read of a wallet: documents, courses and what they count for, what is owed, who verified what."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from medassist.domain.credentials import rules
from medassist.domain.credentials.models import Course, Credential, Credit, Document, Revocation, Verification
from medassist.domain.credentials.queries.held import office_day
from medassist.domain.office import queries as office
from medassist.kernel.errors import Missing

LARGEST = rules.LARGEST
ENDINGS = rules.ENDINGS
categories_of = rules.categories_of


def certification(row: Credential) -> Any:
    """The certification of the data that a certificate is, or None."""
    code = row.code or rules.code_of(row.name, row.issuer, rules.book())[0]
    return rules.book().credentials.get(code) if row.kind in ("certificate", "registration") else None


def waiting_card(credential: UUID) -> Credential | None:
    """A credential that nobody has verified, ended or taken back yet."""
    rows = Credential.objects.filter(pk=credential, verifications=None, revocations=None)
    return rows.select_related("staff").first()


def file(document: UUID) -> Document:
    """One document with its bytes."""
    if (found := Document.objects.filter(pk=document).first()) is None:
        raise Missing("document", document)
    return found


def files(staff: UUID) -> dict[UUID, list[dict[str, Any]]]:
    """The documents of a person by the credential or course that they prove, newest first; without their bytes."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    rows = Document.objects.filter(staff=staff).order_by("-id")
    for row in rows.values("id", "credential_id", "course_id", "sha256", "media_type", "size", "at"):
        found.setdefault(row["credential_id"] or row["course_id"], []).append(dict(row))
    return found


def course(course: UUID) -> Course:
    """One course that stands: not corrected, not taken back."""
    if (found := _standing().filter(pk=course).first()) is None:
        raise Missing("course", course)
    return found


def courses(staff: UUID) -> list[Course]:
    """The courses of a person that stand, newest first, each with its credits."""
    rows = _standing().filter(staff=staff).prefetch_related("credits__credential")
    return list(rows.order_by("-on", "-id"))


def _standing() -> QuerySet[Course]:
    return Course.objects.filter(replaced_by=None, void=False)


def owed(staff: UUID, on: date | None = None) -> list[dict[str, Any]]:
    """What is owed for each certificate of a person that still counts: `credential`, `certification`, `owed`."""
    on = on or office_day()
    rows = [row for row in running(on).filter(staff=staff) if certification(row)]
    counted: dict[UUID, list[rules.Counted]] = {}
    credits = Credit.objects.filter(credential__in=rows, course__replaced_by=None, course__void=False)
    for one in credits.select_related("course"):
        found = rules.Counted(one.course.on, one.points, one.category, one.from_issuer)
        counted.setdefault(one.credential_id, []).append(found)
    return [{"credential": row, "certification": certification(row), "owed": _owed(row, counted)} for row in rows]


def _owed(row: Credential, counted: dict[UUID, list[rules.Counted]]) -> rules.Owed:
    return rules.owed(certification(row), row.name, row.issued_on, row.expires_on, counted.get(row.pk, ()))


def running(on: date) -> QuerySet[Credential]:
    """What is not over and not revoked on a day, verified or not, the next to end first."""
    rows = Credential.objects.filter(Q(expires_on=None) | Q(expires_on__gte=on))
    return rows.exclude(revocations__from_on__lte=on).order_by("expires_on", "id")


def proofs(staff: UUID) -> dict[UUID, dict[str, Any]]:
    """The last look at each credential of a person and what ended it: `seen`, `ended`, each text, at, by_name."""
    looks: QuerySet[Any] = Verification.objects.filter(credential__staff=staff).order_by("id")
    ends: QuerySet[Any] = Revocation.objects.filter(credential__staff=staff).order_by("-from_on", "-id")
    rows = [*(("seen", one, one.source) for one in looks), *(("ended", one, one.reason) for one in ends)]
    names, found = office.names(one.by for _, one, _ in rows), dict[Any, dict[str, Any]]()
    for what, one, text in rows:
        told = {"text": text, "at": one.at, "by_name": names.get(one.by, "medassist")}
        found.setdefault(one.credential_id, {})[what] = told
    return found


def names() -> list[str]:
    """Names to choose from when somebody hands something in: certifications with their issuer, and usual trainings."""
    known = [f"{_stem(one)} ({rules.short(one)})" for one in rules.book().credentials.values() if not one.states]
    return [*known, "CPR (BLS)", "HIPAA training", "OSHA bloodborne pathogens", "TB test", "Hepatitis B immunity"]


def _stem(one: Any) -> str:
    return str(one.abbreviation.partition(" (")[0])
