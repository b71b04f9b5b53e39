"""What the rooming page shows of one visit: how far each step is, and what is left before ready."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from medassist.domain.office import queries as office
from medassist.domain.records import queries as records
from medassist.domain.visits import queries as visits
from medassist.domain.vitals import queries as vitals
from medassist.domain.worklist import queries as worklist
from medassist.interfaces.web.rooming import signs
from medassist.kernel import clock
from medassist.ui.forms import Form


@dataclass(frozen=True)
class Step:
    """One step of the rail."""

    number: int
    key: str
    title: str
    sub: str
    state: str

    @property
    def done(self) -> bool:
        """Whether nothing is left to do here."""
        return self.state == "good"


@dataclass
class Rooming:
    """One visit on the page. Forms hold what was typed and not taken."""

    visit: Any
    patient: UUID
    at: datetime
    steps: list[Step] = field(default_factory=list)
    checks: list[Any] = field(default_factory=list)
    lists: dict[str, Any] = field(default_factory=dict)
    reviewed: set[str] = field(default_factory=set)
    grid: Any = None
    to_dos: list[Any] = field(default_factory=list)
    forms: dict[str, Form] = field(default_factory=dict)
    rooms: list[Any] = field(default_factory=list)
    tasks: list[Any] = field(default_factory=list)
    held: list[Any] = field(default_factory=list)
    """What a device sent a moment ago and the chart does not have."""
    calls: list[Any] = field(default_factory=list)

    @property
    def left(self) -> list[str]:
        """What is not done yet, in the order of the steps."""
        waits = [self.grid.timer.label] if self.grid.timer else []
        return [step.title.lower() for step in self.steps if not step.done] + waits

    @property
    def checked(self) -> list[str]:
        """The identifiers that were found right last, as they are called."""
        found = self.checks[0].identifiers if self.checks else ()
        return [word for key, word in visits.IDENTIFIERS.items() if key in found]

    @property
    def asked(self) -> bool:
        """Whether allergies were asked before: a list that nobody ever made cannot be unchanged."""
        return bool(self.lists["allergies"]) or self.lists["none_known"]

    @property
    def minutes(self) -> int:
        """How long the visit is at its step."""
        return max(int((self.at - self.visit.step_at).total_seconds() // 60), 0)

    @property
    def fine(self) -> bool:
        """Whether nothing was asked back."""
        return all(form.fine for form in self.forms.values())

    @property
    def open(self) -> bool:
        """Whether the visit still goes on."""
        return self.visit.ended_at is None

    @property
    def rooming(self) -> bool:
        """Whether the patient is being roomed now."""
        return self.visit.step == "rooming"

    @property
    def provider(self) -> str:
        """How the day sheet calls the provider; the provider where there is none yet."""
        who = self.visit.provider
        return office.called(who.given, who.family, who.credentials_text, who.roles) if who else "the provider"


def gather(visit: UUID, forms: dict[str, Form] | None = None, **look: Any) -> Rooming:
    """Everything for the page of one visit; `look` is how the grid is asked for, see signs.Look."""
    found = visits.visit(visit)
    page = Rooming(found, found.patient_id, clock.now(), forms=forms or {})
    page.checks = visits.identity_checks(visit)
    page.lists = {
        "allergies": records.allergies(found.patient_id),
        "medications": records.medications(found.patient_id),
        "problems": records.problems(found.patient_id),
        "none_known": found.patient_id in records.none_known([found.patient_id]),
        "reviews": records.reviews(found.patient_id),
    }
    page.reviewed = records.reviewed_in([visit])[visit]
    form, series = page.forms.get("vitals") or Form(), page.forms.get("series") or Form()
    page.grid = signs.grid(found, signs.Look(form, series, **look), page.at, found.site.profile)
    page.held = vitals.held(visit)
    page.to_dos = visits.to_dos(visit)
    page.tasks = worklist.of_patient(found.patient_id, 6)
    page.calls = vitals.told_in(visit, found.patient_id)
    page.rooms = _rooms(found)
    page.steps = _steps(page)
    return page


def _rooms(visit: Any) -> list[dict[str, Any]]:
    taken = visits.taken_rooms(visit.site_id)
    return [
        {"id": room.pk, "name": room.name, "free": taken.get(room.pk) in (None, visit.pk)}
        for room in office.rooms(visit.site_id)
    ]


def _steps(page: Rooming) -> list[Step]:
    told = [
        ("identity", "Identity", *_identity(page)),
        ("reason", "Reason", *_reason(page)),
        ("vitals", "Vital signs", page.grid.sub, page.grid.state),
        ("medications", "Medications", *_list(page, "medications")),
        ("allergies", "Allergies", *_list(page, "allergies")),
    ]
    return [Step(number, *step) for number, step in enumerate(told, 1)]


def _identity(page: Rooming) -> tuple[str, str]:
    if not page.checks:
        return "not checked yet", "none"
    return f"{len(page.checks[0].identifiers)} identifiers", "good"


def _reason(page: Rooming) -> tuple[str, str]:
    return ("said", "good") if page.visit.reason else ("not asked yet", "none")


def _list(page: Rooming, name: str) -> tuple[str, str]:
    count = len(page.lists[name])
    said = f"{count} on the list" if count else "none on the list"
    return (f"{count} reviewed" if count else "none, reviewed", "good") if name in page.reviewed else (said, "none")
