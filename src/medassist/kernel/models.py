"""The kernel's tables: actors, the trail and its seals, events and their delivery, answers already given; and Row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connections, models
from django.db.models import Func

from medassist.kernel import clock, doorway, identifiers
from medassist.kernel.insert import insert


class Rows(models.QuerySet):
    """Rows that are written in bulk are noted in the trail as well; none is deleted."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        made, self._for_write = list(objs), True
        if args or kwargs or not made or not insert(self.model, made, connections[self.db]):
            made = super().bulk_create(made, *args, **kwargs)
        doorway.note_bulk(self.model, made)
        return made

    def keep(self, rows: Iterable[Any]) -> None:
        """Save new and changed rows, those alike in one statement; of a changed row nothing but what changed."""
        alike: dict[tuple[str, ...] | None, list[Any]] = {}
        for row in rows:
            changes = None if row._state.adding else tuple(row.changes())
            if changes != ():
                alike.setdefault(changes, []).append(row)
        for changes, those in alike.items():
            if changes is None:
                self.bulk_create(those)
            else:
                super().bulk_create(those, update_conflicts=True, unique_fields=["id"], update_fields=changes)
            for row in those:
                row._noted(made=False)

    def update(self, **changes: Any) -> int:
        count = super().update(**changes)
        doorway.note_update(self.model, count, changes)
        return count

    def delete(self) -> Any:
        raise TypeError(f"{self.model.__name__} rows are not deleted; a correction adds")

    update.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]


class Row(models.Model):
    """A row that actions write. The trail hears of each: made, or which fields changed from what to what."""

    id = models.UUIDField(primary_key=True, default=identifiers.uuid7, editable=False)
    objects = Rows.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Any:  # type: ignore[override]
        row = super().from_db(db, field_names, values)
        row._was = dict(zip(field_names, values, strict=False))
        return row

    def save(self, *args: Any, **kwargs: Any) -> None:
        made = self._state.adding
        super().save(*args, **kwargs)
        self._noted(made)

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """What is other than it was read or saved: by field, from what to what."""
        was = getattr(self, "_was", {})
        now = {f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields}
        return {k: (was[k], v) for k, v in now.items() if k in was and was[k] != v}

    def _noted(self, made: bool) -> None:
        if made:
            doorway.note_made(self)
        else:
            doorway.note_changed(self, self.changes())
        self._was = {f.attname: getattr(self, f.attname) for f in self._meta.concrete_fields}

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"{type(self).__name__} rows are not deleted; a correction adds")


class ActorRow(Row):
    """Somebody or something that may act: a person of the staff, the system, an interface account, an agent."""

    kind = models.CharField(max_length=12, choices=[(k, k) for k in ("person", "system", "interface", "agent")])
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=100, unique=True, null=True, blank=True)
    owner = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="agents")
    active = models.BooleanField(default=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "kernel_actor"

    def __str__(self) -> str:
        return self.name


class Xid8Field(models.Field):
    """PostgreSQL's 64-bit transaction id: by it the sealer knows which rows can have no earlier neighbours left."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def get_internal_type(self) -> str:
        return "Xid8Field"


def _this_transaction() -> Func:
    return Func(function="pg_current_xact_id")


class AuditEntry(models.Model):
    """One line of the trail. Added, never changed; `mac` proves that this house wrote it, a Seal that it stayed."""

    id = models.UUIDField(primary_key=True)
    xid = Xid8Field(db_default=_this_transaction(), editable=False)
    at = models.DateTimeField()
    actor = models.UUIDField()
    kind = models.CharField(max_length=12)
    on_behalf_of = models.UUIDField(null=True)
    site = models.UUIDField(null=True)
    via = models.CharField(max_length=12)
    action = models.CharField(max_length=64)
    act = models.CharField(max_length=64)
    subject = models.CharField(max_length=120)
    patient = models.UUIDField(null=True)
    outcome = models.CharField(max_length=16)
    ruling = models.TextField()
    detail = models.TextField()
    mac = models.BinaryField()

    class Meta:
        db_table = "kernel_audit"
        indexes = [
            models.Index(fields=["patient", "at"], name="audit_by_patient", condition=models.Q(patient__isnull=False)),
            models.Index(fields=["actor", "at"], name="audit_by_actor"),
            models.Index(fields=["xid"], name="audit_by_transaction"),
        ]


class Seal(models.Model):
    """A batch of the trail made fast: which rows, their hashes, and the seal before it."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    from_xid = models.BigIntegerField()
    to_xid = models.BigIntegerField()
    count = models.IntegerField()
    rows = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "kernel_seal"


class Event(models.Model):
    """Something that happened, told after commit at least once. Names and ids, no clinical values."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=64)
    action = models.CharField(max_length=64)
    act = models.CharField(max_length=64)
    actor = models.UUIDField()
    on_behalf_of = models.UUIDField(null=True)
    site = models.UUIDField(null=True)
    subject = models.CharField(max_length=120)
    patient = models.UUIDField(null=True)
    result = models.CharField(max_length=120)
    at = models.DateTimeField()
    xid = Xid8Field(db_default=_this_transaction(), editable=False)

    class Meta:
        db_table = "kernel_event"
        indexes = [models.Index(fields=["xid"], name="event_by_transaction")]

    @property
    def made(self) -> UUID:
        """The key of the row that came of it."""
        return UUID(self.result.rpartition("/")[2])


class Cursor(models.Model):
    """How far somebody has read the events: every transaction below `xid` was looked at."""

    name = models.CharField(max_length=40, primary_key=True)
    xid = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "kernel_cursor"


class Delivery(models.Model):
    """Who has heard which event, and what came of it. Kept by the clock, outside actions."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    reaction = models.CharField(max_length=120)
    tries = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        db_table = "kernel_delivery"
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="one_delivery_a_reaction")]
        indexes = [models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(done_at__isnull=True))]


class Answer(models.Model):
    """What a sender was answered under its own key: a reference and the body's hash, never clinical text."""

    id = models.UUIDField(primary_key=True)
    action = models.CharField(max_length=64)
    sender = models.UUIDField()
    key = models.CharField(max_length=200)
    body = models.BinaryField()
    result = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "kernel_answer"
        constraints = [models.UniqueConstraint(fields=["action", "sender", "key"], name="one_answer_a_key")]
