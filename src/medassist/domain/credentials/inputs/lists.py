"""What may be asked of lists of programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from medassist.domain.credentials import rules
from medassist.kernel.errors import Invalid
from medassist.kernel.inputs import Inputs
from medassist.kernel.ruling import Act

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ToldField(BaseModel):
    """One field as the list tells it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: str = Field(pattern=r"^(school|cip|program)/.", max_length=500)
    field: str = Field(min_length=1, max_length=40)
    value: str = Field(min_length=1, max_length=500)
    url: str = Field(min_length=1, max_length=500)
    as_of: date
    line: int = Field(ge=1)


class TakePrograms(Inputs):
    """Take a list of programs. `shown` stands for the differences that were looked at."""

    layout: str
    file: str = Field(min_length=1, max_length=200)
    sha256: Digest
    as_of: date
    told: list[ToldField] = Field(min_length=1)
    shown: Digest
    act: ClassVar[Act] = Act("house.take_programs")

    @property
    def subject(self) -> str:
        """The directory of programs."""
        return "programs"

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.layout not in rules.LAYOUTS:
            raise Invalid({"layout": [f"A layout is one of {', '.join(rules.LAYOUTS)}."]})
        places = {(one.key, one.field) for one in self.told}
        if len(places) < len(self.told):
            raise Invalid({"told": ["A list tells a field once."]})
        return self
