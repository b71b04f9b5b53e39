"""What can be done with lists of programs: taken, with all that is new in them, or not at all."""

from __future__ import annotations

from medassist.domain.credentials import queries, rules
from medassist.domain.credentials.inputs import TakePrograms
from medassist.domain.credentials.models import ProgramFact, ProgramList
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Conflict, Invalid


@action("credentials.take_programs", emits="credentials.programs_taken", shows=None)
def take_programs(ctx: Context, given: TakePrograms) -> ProgramList:
    """Take what is new in a list of programs, if it is still what was shown."""
    latest = max(given.as_of, *(one.as_of for one in given.told))
    if latest > queries.office_day(ctx.at):
        raise Invalid({"as_of": [f"{latest} is not there yet."]})
    told = [rules.Told(**one.model_dump(), layout=given.layout) for one in given.told]
    found = queries.list_differences(given.layout, told, given.as_of)
    if not found.new:
        raise Conflict("Nothing in this list is new.")
    if found.digest != given.shown:
        raise Conflict("The programs changed since the differences were shown; look again.")
    made = ProgramList.objects.create(
        layout=given.layout, file=given.file, sha256=given.sha256, as_of=given.as_of, by=ctx.actor.id, at=ctx.at
    )
    kept = ("key", "field", "value", "url", "as_of", "line")
    ProgramFact.objects.bulk_create(
        ProgramFact(list=made, **{name: getattr(one, name) for name in kept}) for one in found.new
    )
    return made
