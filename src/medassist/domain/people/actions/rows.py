"""A new patient with the numbers that come along, in one statement: the write that is made most often here."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from psycopg import Cursor
from psycopg.types.json import Jsonb

from medassist.codecs import fhir
from medassist.domain.people.models import Identifier, Patient
from medassist.kernel import doorway


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


OF_PATIENT, OF_NUMBER = _columns(Patient), _columns(Identifier)
INTO_PATIENT = f"INSERT INTO people_patient ({', '.join(OF_PATIENT)}) VALUES ({', '.join(['%s'] * len(OF_PATIENT))})"
INTO_NUMBER = f"INSERT INTO people_identifier ({', '.join(OF_NUMBER)}) VALUES "
ONE_NUMBER = f"({', '.join(['%s'] * len(OF_NUMBER))})"


def insert(patient: Patient, numbers: list[Identifier]) -> None:
    """Write both; the trail names them as it names what the ORM writes."""
    house = doorway.required()
    statement = INTO_PATIENT
    values = _values(patient, OF_PATIENT)
    if numbers:
        statement = f"WITH patient AS ({INTO_PATIENT}) {INTO_NUMBER}{', '.join([ONE_NUMBER] * len(numbers))}"
        values += [value for one in numbers for value in _values(one, OF_NUMBER)]
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement, values, prepare=len(numbers) < 4)
    for row in (patient, *numbers):
        row._state.adding, row._state.db = False, connection.alias
        row._was = {name: getattr(row, name) for name in (OF_PATIENT if row is patient else OF_NUMBER)}
    house.stack[-1].wrote.extend(f"{row._meta.label}/{row.pk}" for row in (patient, *numbers))


def _values(row: models.Model, names: list[str]) -> list[Any]:
    return [Jsonb(row.record, dumps=fhir.dumps) if name == "record" else getattr(row, name) for name in names]
