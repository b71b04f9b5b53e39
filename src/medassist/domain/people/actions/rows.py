"""A new patient with numbers and words of the names, in one statement: the write that is made most often here."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb

from medassist.codecs import fhir
from medassist.domain.people.actions import words
from medassist.domain.people.models import Identifier, Patient
from medassist.domain.people.queries.keyed import prepared
from medassist.kernel import doorway


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


OF_PATIENT, OF_NUMBER = _columns(Patient), _columns(Identifier)
INTO_PATIENT = f"INSERT INTO people_patient ({', '.join(OF_PATIENT)}) VALUES ({', '.join(['%s'] * len(OF_PATIENT))})"
INTO_NUMBER = f"INSERT INTO people_identifier ({', '.join(OF_NUMBER)}) VALUES "
ONE_NUMBER = f"({', '.join(['%s'] * len(OF_NUMBER))})"


def insert(patient: Patient, numbers: list[Identifier], told: list[str]) -> None:
    """Write both; the trail names them as it names what the ORM writes. `told` are the words of the names."""
    house = doorway.required()
    new = words.new_among(told) if len(house.stack) == 1 else []
    if len(house.stack) > 1:
        words.learn(told)  # others may register in this transaction too: all its words are written once, at its end
    parts, values = [INTO_PATIENT], _values(patient, OF_PATIENT)
    if numbers:
        parts.append(INTO_NUMBER + ", ".join([ONE_NUMBER] * len(numbers)))
        values += [value for one in numbers for value in _values(one, OF_NUMBER)]
    if new:
        parts.append(words.INSERT)
        values += words.values(new)
    *first, last = parts
    head = "WITH " + ", ".join(f"w{n} AS ({part})" for n, part in enumerate(first)) + " " if first else ""
    with prepared() as cursor:
        cursor.execute(head + last, values, prepare=len(numbers) < 4)
    for row in (patient, *numbers):
        row._state.adding, row._state.db = False, connection.alias
        row._was = {name: getattr(row, name) for name in (OF_PATIENT if row is patient else OF_NUMBER)}
    house.stack[-1].wrote.extend(f"{row._meta.label}/{row.pk}" for row in (patient, *numbers))


def _values(row: Any, names: list[str]) -> list[Any]:
    return [Jsonb(row.record, dumps=fhir.dumps) if name == "record" else getattr(row, name) for name in names]
