"""What may be asked: the base of every action's inputs, one frozen class an action."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from medassist.kernel.errors import Invalid
from medassist.kernel.ruling import Act

LONGEST = 10_000_000  # characters of one text; more is refused before it reaches the database


class Inputs(BaseModel):
    """A plain, checked request. Subclasses give `act` and `subject`; a `patient` field names whom it concerns."""

    # each class is made ready when it is first asked for: a command asks for few, and starts a third of a second sooner
    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, str_max_length=LONGEST, defer_build=True
    )

    confirmed: frozenset[str] = frozenset()
    """Fields whose doubts somebody has looked at and confirmed."""

    @property
    def act(self) -> Act:
        """The act that is asked for; a subclass gives it as a class variable or a property."""
        raise NotImplementedError(f"{type(self).__name__} names no act")

    @property
    def subject(self) -> str:
        """What it is done to, as type/id."""
        return "office"

    @model_validator(mode="before")
    @classmethod
    def _no_nul(cls, data: Any) -> Any:
        # PostgreSQL keeps no NUL character in text; say it before the database does
        if isinstance(data, dict):
            for name, value in data.items():
                if isinstance(value, str) and "\x00" in value:
                    raise ValueError(f"{name} holds a NUL character, which cannot be kept")
        return data

    @classmethod
    def of(cls, **given: Any) -> Self:
        """Build the inputs, or raise Invalid with the fault beside each field."""
        try:
            return cls(**given)
        except ValidationError as error:
            raise invalid(error) from None


def invalid(error: ValidationError) -> Invalid:
    """A pydantic error in the house's words: the faults by field, without the values that were given."""
    faults: dict[str, list[str]] = {}
    for fault in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in fault["loc"])
        faults.setdefault(field, []).append(fault["msg"].removeprefix("Value error, "))
    return Invalid(faults)
