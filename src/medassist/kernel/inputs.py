"""What may be asked: the base of every action's inputs, one frozen class an action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from medassist.kernel.errors import Invalid
from medassist.kernel.ruling import Act

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

WORDS = {
    "missing": "Fill this in.",
    "string_too_short": "Write at least {min_length} characters.",
    "string_too_long": "Write at most {max_length} characters.",
    "string_pattern_mismatch": "It is not written as it must be.",
    "too_short": "Choose at least {min_length}.",
    "too_long": "Choose at most {max_length}.",
    "int_parsing": "Write a whole number.",
    "int_from_float": "Write a whole number.",
    "decimal_parsing": "Write a number.",
    "decimal_max_places": "Write at most {decimal_places} places after the point.",
    "decimal_max_digits": "Write at most {max_digits} digits.",
    "float_parsing": "Write a number.",
    "greater_than": "It must be more than {gt}.",
    "greater_than_equal": "It must be {ge} or more.",
    "less_than": "It must be less than {lt}.",
    "less_than_equal": "It must be {le} or less.",
    "bool_parsing": "Say yes or no.",
    "date_parsing": "Write a date, as 2026-11-23.",
    "date_from_datetime_parsing": "Write a date, as 2026-11-23.",
    "time_parsing": "Write a time, as 16:30.",
    "uuid_parsing": "Choose one that is there.",
    "literal_error": "Choose {expected}.",
}
"""What pydantic finds wrong, in words for everybody who fills in a form; what is not here is told as it comes."""
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
        faults.setdefault(field, []).append(_words(fault))
    return Invalid(faults)


def _words(fault: ErrorDetails) -> str:
    """A fault in the house's words; a text without a letter where one is wanted is not filled in."""
    kind, about = fault["type"], fault.get("ctx", {})
    if about.get("min_length") == 1 and kind == "string_too_short":
        kind = "missing"
    return WORDS[kind].format(**about) if kind in WORDS else fault["msg"].removeprefix("Value error, ")
