"""Actions made for the tests of the kernel: they keep actors, the only noun the kernel has."""

from typing import ClassVar

from medassist.kernel import doorway, events
from medassist.kernel.action import action
from medassist.kernel.context import Context
from medassist.kernel.errors import Invalid
from medassist.kernel.inputs import Inputs
from medassist.kernel.models import ActorRow
from medassist.kernel.ruling import Act


class KeepActor(Inputs):
    """A name to be kept."""

    name: str
    act: ClassVar[Act] = Act("test.keep")
    subject: ClassVar[str] = "actor/new"


@action("test.keep", emits="test.kept", shows=None)
def keep(ctx: Context, given: KeepActor) -> ActorRow:
    """Keep an actor."""
    if given.name == "nobody":
        raise Invalid({"name": ["Nobody is no name."]})
    return ActorRow.objects.create(kind="agent", name=given.name)


class RenameActor(KeepActor):
    """A new name for one of this name."""

    new: str


@action("test.rename", emits="test.renamed", shows=None)
def rename(ctx: Context, given: RenameActor) -> ActorRow:
    """Rename an actor."""
    row = ActorRow.objects.get(name=given.name)
    row.name = given.new
    row.save()
    return row


class KeepMany(Inputs):
    """Names, of which those that cannot be kept are left out."""

    names: tuple[str, ...]
    act: ClassVar[Act] = Act("test.keep")
    subject: ClassVar[str] = "actor/many"


@action("test.keep_many", emits="test.kept_many", shows=None)
def keep_many(ctx: Context, given: KeepMany) -> list[ActorRow]:
    """Keep those actors that can be kept."""
    made = []
    for name in given.names:
        try:
            with doorway.attempt():
                made.append(keep(ctx, KeepActor(name=name)))
                events.emit("test.one_more")
        except Invalid:
            continue
    return made
