"""What may be asked of the worklist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from medassist.domain.worklist import rules
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act


def _one_of(known: Iterable[str], what: str) -> AfterValidator:
    names = frozenset(known)

    def check(value: str) -> str:
        if value not in names:
            raise ValueError(f"{value} is no {what}")
        return value

    return AfterValidator(check)


Kind = Annotated[str, _one_of(rules.kinds(), "kind of task")]
Pool = Annotated[str, _one_of(rules.pools(), "pool")]
Priority = Annotated[str, _one_of(rules.PRIORITIES, "priority")]
About = Annotated[str, Field(max_length=120, pattern=r"^$|^[a-z-]+/[^\s]+$")]


class Add(Inputs):
    """Something to be done. What is not said comes from its kind.

    `once`: unless one of its kind about it is open. `joins`: one of its kind that is open for the same visit (or the
    same patient, where there is no visit) takes it as a note.
    """

    kind: Kind = "other"
    title: str = Field("", max_length=200)
    details: str = Field("", max_length=10_000)
    site: UUID
    patient: UUID | None = None
    visit: UUID | None = None
    about: About = ""
    owner: UUID | None = None
    pool: Pool | None = None
    due_at: AwareDatetime | None = None
    priority: Priority | None = None
    once: bool = False
    joins: bool = False
    act: ClassVar[Act] = Act("worklist.manage")

    @property
    def subject(self) -> str:
        """The patient whom it concerns, or the site."""
        return f"patient/{self.patient}" if self.patient else f"site/{self.site}"

    @model_validator(mode="after")
    def _says_what(self) -> Add:
        if self.kind == "other" and not self.title:
            raise ValueError("Say what is to be done.")
        return self


class OfTask(Inputs):
    """What is asked of one task."""

    task: UUID
    act: ClassVar[Act] = Act("worklist.manage")

    @property
    def subject(self) -> str:
        """The task."""
        return f"task/{self.task}"


class Take(OfTask):
    """I do it."""


class Assign(OfTask):
    """Somebody, or a pool, is to do it."""

    owner: UUID | None = None
    pool: Pool | None = None
    note: str = Field("", max_length=2000)

    @model_validator(mode="after")
    def _to_one(self) -> Assign:
        if (self.owner is None) == (self.pool is None):
            raise ValueError("Give it to one person or to one pool.")
        return self


class Reassign(Assign):
    """The same for a task that another person holds."""

    act: ClassVar[Act] = Act("house.manage_worklist")


class Done(OfTask):
    """It is done, and what came of it."""

    outcome: str = Field("", max_length=500)


class Close(OfTask):
    """It will not be done, and why."""

    reason: str = Field(min_length=1, max_length=500)


class Acknowledge(OfTask):
    """What was done about a task whose kind ends by an act of its own."""

    kind: Kind
    done: str = Field(max_length=40)
    """One of the kind's outcomes."""
    text: str = Field("", max_length=400)

    @property
    def act(self) -> Act:  # type: ignore[override]
        """The act that the kind names."""
        return Act(rules.ends_with(self.kind))

    @model_validator(mode="after")
    def _says_what_was_done(self) -> Acknowledge:
        if (told := rules.outcomes(self.kind).get(self.done)) is None:
            raise ValueError("Say what was done.")
        if "ask" in told and not self.text.strip():
            raise ValueError(f"{told['ask']}: write it down.")
        return self


class Withdraw(OfTask):
    """What it rested on is gone, and why: for the system alone."""

    reason: str = Field(min_length=1, max_length=500)
    act: ClassVar[Act] = Act("house.withdraw_task")


class Reopen(OfTask):
    """It is not done after all."""

    reason: str = Field(min_length=1, max_length=500)


class Note(OfTask):
    """Something to add to it."""

    text: str = Field(min_length=1, max_length=10_000)
    about: About = ""


class Plan(OfTask):
    """Another time or priority."""

    due_at: AwareDatetime | None = None
    priority: Priority | None = None

    @model_validator(mode="after")
    def _something(self) -> Plan:
        if self.due_at is None and self.priority is None:
            raise ValueError("Give another time or another priority.")
        return self


class EscalateTask(OfTask):
    """Nobody did it in time."""


class Escalate(Inputs):
    """Everything that nobody did in time, at one site or everywhere."""

    site: UUID | None = None
    act: ClassVar[Act] = Act("worklist.manage")

    @property
    def subject(self) -> str:
        """The site, or the whole office."""
        return f"site/{self.site}" if self.site else "office"
