"""Tables: the current state of each resource and its index, all versions, what arrived, and other systems' tokens."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from medassist.kernel import clock
from medassist.kernel.models import Row


class Resource(Row):
    """One resource as it is now. `id` is the domain's own key; `fhir_id` is equal to it for all that began here."""

    type = models.CharField(max_length=40)
    fhir_id = models.CharField(max_length=64)
    version = models.IntegerField()
    updated_at = models.DateTimeField()
    deleted = models.BooleanField(default=False)
    foreign = models.BooleanField(default=False)
    """it came from elsewhere, under its own id"""
    patient = models.CharField(max_length=64, default="")
    """the FHIR id of the patient in whose chart it stands"""
    content = models.BinaryField()
    """digest of what is shown, without meta: the same again makes no new version"""
    arrival = models.BinaryField(null=True)
    """digest of what came from elsewhere last"""
    tokens = ArrayField(models.BigIntegerField(), default=list)
    """keys of what it can be found by (exchange/keys.py)"""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "fhir_id"], name="one_resource_a_name")]
        indexes = [
            GinIndex(fields=["tokens"], name="resource_by_token"),
            models.Index(fields=["type", "id"], name="resource_by_type"),
            models.Index(fields=["type", "updated_at", "id"], name="resource_by_change"),
        ]


class Version(Row):
    """One version of a resource, as it is sent. Never changed; `received` is kept where it differs from `body`."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="versions", db_index=False)
    version = models.IntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=64)
    body = models.BinaryField()
    received = models.BinaryField(null=True)
    arrived = models.BinaryField(null=True)
    """digest of what came from elsewhere, when this version did"""
    deleted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "version"], name="one_body_a_version")]


class Indexed(models.Model):
    """A search value. Made from the resource and replaced with it; `name` is Type.parameter."""

    # no foreign key in the database: these rows are made from the resource in the same statement, and checking
    # each of them again at commit would cost a third of an import
    resource = models.ForeignKey(Resource, models.DO_NOTHING, related_name="+", db_constraint=False)
    name = models.CharField(max_length=90)

    class Meta:
        abstract = True


class Moment(Indexed):
    """A date or period it can be found by, from its first moment to the first one after."""

    low = models.DateTimeField()
    high = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["name", "low"], name="moment_by_low")]


class Text(Indexed):
    """A text it can be found by: as it is compared, and as it stands."""

    value = models.CharField(max_length=255)
    exact = models.CharField(max_length=255)

    class Meta:
        indexes = [
            models.Index(fields=["name", "value"], name="text_by_value", opclasses=["text_pattern_ops"] * 2),
        ]


class Amount(Indexed):
    """A quantity or number it can be found by."""

    value = models.DecimalField(max_digits=65, decimal_places=32)
    system = models.TextField(default="")
    code = models.CharField(max_length=255, default="")
    unit = models.CharField(max_length=255, default="")

    class Meta:
        indexes = [models.Index(fields=["name", "value"], name="amount_by_value")]


class Received(Row):
    """Something that arrived, before anything was made of it. Its bytes lie beside it; what came of it, in Outcome."""

    at = models.DateTimeField(default=clock.now)
    sender = models.ForeignKey("kernel.ActorRow", models.PROTECT, related_name="+")
    via = models.CharField(max_length=12)
    control = models.CharField(max_length=200)
    """the sender's own name for it: MSH-10, an X-Request-Id, a file's name"""
    kind = models.CharField(max_length=80)
    sha256 = models.BinaryField()
    size = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "via", "control", "sha256"], name="received_once")]
        indexes = [models.Index(fields=["at"], name="received_by_time")]


class ReceivedBytes(Row):
    """The bytes of what arrived. Those of a refused request are forgotten after 30 days."""

    received = models.OneToOneField(Received, models.PROTECT, related_name="bytes")
    content = models.BinaryField()


class Outcome(Row):
    """What came of something that arrived, and the answer that was given."""

    received = models.ForeignKey(Received, models.PROTECT, related_name="outcomes")
    at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=16)
    """accepted, refused, invalid, failed"""
    why = models.TextField(default="")
    answer = models.BinaryField(null=True)


class Token(Row):
    """A bearer token of another system: its hash, what it may, until when."""

    hash = models.BinaryField(unique=True)
    client = models.CharField(max_length=200)
    actor = models.ForeignKey("kernel.ActorRow", models.PROTECT, related_name="+")
    site = models.UUIDField(null=True)
    scopes = ArrayField(models.CharField(max_length=100), default=list)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
