"""Rows written from one JSON text are those that Django would write, for each table and with odd values."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Value
from django.db.models.functions import Upper
from django.db.utils import DataError, IntegrityError
from psycopg.types.range import TimestamptzRange

from medassist.kernel import guard
from medassist.kernel.fields import Elements
from medassist.kernel.identifiers import uuid7
from medassist.kernel.insert import insert
from medassist.kernel.models import ActorRow, Row

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 8, 2, 30, 0, 123457, tzinfo=timezone(-timedelta(hours=7, minutes=52)))
ODD = ("", "a\"b\\c\n\t'%s", "żółć 漢字 😀 \u2028", "{not,an:array}", "NULL", "\\x00", "x" * 5000)
BIGGEST = {"SmallIntegerField": 32_767, "IntegerField": 2**31 - 1, "BigIntegerField": 2**63 - 1,
           "PositiveIntegerField": 2**31 - 1, "PositiveSmallIntegerField": 32_767}  # fmt: skip
DJANGOS = {"scheduling.Booking", "study.Review", "study.Result"}
"""Tables with a column that is Django's to write."""
HOUSE = [model for model in apps.get_models() if issubclass(model, Row)]


def value(field, n):
    """An odd value for a field, another for each row; None where it may be."""
    if field.null and n % 3 == 2:
        return None
    kind = field.get_internal_type()
    if kind in ("CharField", "SlugField", "TextField", "EmailField"):
        return ODD[n % len(ODD)][: field.max_length or None]
    if kind in ("DateTimeField",):
        return (AT, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))[n % 3]
    if kind == "JSONField":
        exact = [Decimal("1.50"), Decimal("1e-9")] if isinstance(field, Elements) else []
        odd = {"a": [1.5, -0.0, 1e-7, 2**53 + 1, True, None, ODD[2], *exact], "b": {"": ODD[1]}}
        return (odd, [], "text", list(ODD[:5]))[n % 4]
    if kind in ("Exact", "DecimalField"):
        return (Decimal("98.60"), Decimal("0.1"), Decimal("-12"))[n % 3]
    if kind in ("UUIDField", "ForeignKey", "OneToOneField"):
        return UUID(int=n + 1)
    if kind == "ArrayField":
        return [value(field.base_field, one) for one in range(n)]
    if kind == "DateTimeRangeField":
        return TimestamptzRange(AT, AT + timedelta(minutes=5))
    return {
        "BinaryField": bytes(range(256)), "BooleanField": n % 2 == 0, "DateField": date(1, 1, 1 + n % 20),
        "TimeField": time(23, 59, 59, n), "FloatField": 0.1, **BIGGEST,
    }[kind]  # fmt: skip


def rows(model, count=5):
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return [model(pk=uuid7(), **{f.attname: value(f, n) for f in fields}) for n in range(count)]


def kept(model, made):
    """What stands in the table, as text, but for the id: nothing of Django comes between."""
    with connection.cursor() as cursor:
        ids = [one.pk for one in made]
        cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t WHERE id = ANY(%s) ORDER BY id', [ids])
        return [row.replace(str(one.pk), "") for one, (row,) in zip(made, cursor.fetchall(), strict=True)]


@pytest.mark.parametrize("model", HOUSE, ids=lambda model: model._meta.label)
def test_each_table_of_the_house_gets_what_django_would_write(model):
    ours, theirs = rows(model), rows(model)
    table = model._meta.db_table
    with guard.open_house("a test"), connection.cursor() as cursor:
        # before the real one in the path, and without its constraints: the values make no sense
        cursor.execute(f'CREATE TEMP TABLE "{table}" (LIKE public."{table}")')
        models.QuerySet.bulk_create(model._base_manager.all(), theirs)
        if insert(model, ours, connection):
            assert kept(model, ours) == kept(model, theirs)
            assert not any(one._state.adding for one in ours)
        else:
            assert model._meta.label in DJANGOS
        cursor.execute(f'DROP TABLE pg_temp."{table}"')


def test_what_has_no_plain_text_goes_djangos_way(yes, ctx):
    made = [ActorRow(kind="agent", name=Upper(Value("ana"))), ActorRow(kind="agent", name="Ben")]
    assert not insert(ActorRow, made, connection)
    with guard.open_house("a test"):
        ActorRow.objects.bulk_create(made)
    assert set(ActorRow.objects.filter(kind="agent").values_list("name", flat=True)) >= {"ANA", "Ben"}


def test_outside_an_action_nothing_is_written():
    with pytest.raises(guard.WriteOutsideAction):
        ActorRow.objects.bulk_create([ActorRow(kind="agent", name="Ana")])


def test_what_the_table_refuses_is_refused_all_of_it(yes, ctx):
    first = ActorRow(kind="agent", name="Ana", code="a")
    for wrong, error in ((ActorRow(kind="agent", name="x" * 201), DataError),
                         (ActorRow(kind="agent", name="Ben", code="a"), IntegrityError),
                         (ActorRow(kind="agent", name="Ben\0"), DataError)):  # fmt: skip
        with pytest.raises(error), guard.open_house("a test"), transaction.atomic():
            ActorRow.objects.bulk_create([first, wrong])
        assert not ActorRow.objects.filter(kind="agent").exists()
