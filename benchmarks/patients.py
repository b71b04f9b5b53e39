"""Patients: registering one, and finding one among 20,000 and among 1,000,000 by what people type.

The million is made from a seed, by no real name list: given names of the nickname file and family names of syllables,
both as unevenly spread as names are. It is loaded in bulk (the house is opened by name, and the trail says so) into a
copy of the database, which is dropped at the end.
"""

from __future__ import annotations

import random
import threading
import time
from bisect import bisect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection, connections

from medassist.codecs import fhir
from medassist.demo import office as demo
from medassist.domain.people import actions, queries, wire
from medassist.domain.people.queries.numbers import next_mrns
from medassist.domain.people.rules import names, search
from medassist.kernel import clock, guard
from medassist.kernel.context import Context
from medassist.kernel.identifiers import uuid7

SEED = 20261123
SOUNDS = (
    "ba be bi bo bu da de di do du fa fe fi fo ga ge go ha he hi ho ja jo ka ke ki ko la le li lo lu ma me mi mo "
    "na ne ni no pa pe pi po ra re ri ro ru sa se si so su ta te ti to va ve vi vo wa wi ya yo za zu"
).split()
ENDS = ["n", "r", "s", "ll", "son", "ez", "man", "ton", "berg", "ski", "ley", "ova", "", "t", "ck"]
COLUMNS = (
    "id, mrn, version, active, received, family, given, preferred, born, birth_date, gender, birth_sex, pronouns,"
    " language, deceased, photo, keys, record, registered_at"
)


class Names:
    """Names drawn as unevenly as people bear them (Zipf)."""

    def __init__(self, seed: int = SEED):
        self.random = random.Random(seed)
        given = sorted(names._nicknames())
        self.random.shuffle(given)
        self.given = [name.capitalize() for name in given if name.isalpha()]
        self.family = list(dict.fromkeys(self._family() for _ in range(90_000)))
        self.steps = [list(accumulate(1 / (n + 8) for n in range(len(many)))) for many in (self.given, self.family)]

    def _family(self) -> str:
        draw = self.random
        return ("".join(draw.choice(SOUNDS) for _ in range(draw.randint(1, 3))) + draw.choice(ENDS)).capitalize()

    def one(self) -> tuple[str, str, date, str]:
        """Family name, given name, birth date, phone."""
        draw = self.random
        given, family = (
            many[bisect(steps, draw.random() * steps[-1])]
            for many, steps in zip((self.given, self.family), self.steps, strict=True)
        )
        born = date(1930, 1, 1) + timedelta(days=draw.randrange(35_000))
        phone = f"{draw.randint(201, 989)}{draw.randint(200, 999)}{draw.randint(0, 9999):04}"
        return family, given, born, phone


def _rows(drawn: Names, count: int, words: set[str]) -> Iterator[tuple[Any, ...]]:
    now = clock.now()
    for mrn in next_mrns(count):
        family, given, born, phone = drawn.one()
        record = {
            "name": [{"use": "official", "family": family, "given": [given]}],
            "telecom": [{"system": "phone", "value": phone}], "birthDate": born.isoformat(),
        }  # fmt: skip
        told = names.words(record["name"])
        words.update(told)
        yield (
            uuid7(), mrn, 1, True, False, family, given, "", born.isoformat(), born, "", "", "", "", False, "",
            search.keys(told, [phone]), fhir.dumps(record).decode(), now,
        )  # fmt: skip


def fill(count: int, drawn: Names, step: int = 20_000) -> None:
    """Load so many patients in bulk."""
    for _ in range(0, count, step):
        words: set[str] = set()
        rows = list(_rows(drawn, step, words))
        with guard.open_house("bulk load"), connection.cursor() as cursor:
            with cursor.copy(f"COPY people_patient ({COLUMNS}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("CREATE TEMPORARY TABLE new_word (id uuid, word text, near text[]) ON COMMIT DROP")
            with cursor.copy("COPY new_word FROM STDIN") as copy:
                for word in sorted(words):
                    copy.write_row((uuid7(), word, names.near(word)))
            cursor.execute("INSERT INTO people_word (id, word, near) SELECT * FROM new_word ON CONFLICT DO NOTHING")


def typed(count: int, seed: int) -> list[tuple[str, str]]:
    """What people type for patients who are there: (kind, text)."""
    draw = random.Random(seed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_patient")
        share = min(100.0, 400.0 * count / max(cursor.fetchone()[0], 1))
        cursor.execute(
            "SELECT family, given, birth_date, mrn, record FROM people_patient"
            f" TABLESAMPLE BERNOULLI ({share}) REPEATABLE (7) LIMIT %s", [count],
        )  # fmt: skip
        rows = cursor.fetchall()
    found = []
    for family, given, born, mrn, record in rows:
        phone = fhir.text.value(record.encode() if isinstance(record, str) else record)["telecom"][0]["value"]
        at = draw.randrange(1, len(family)) if len(family) > 1 else 0
        forms = {
            "name": f"{given} {family}",
            "family, initial": f"{family}, {given[0]}",
            "beginnings": f"{given[:3]} {family[:4]}",
            "family": family,
            "slip": f"{given} {family[:at]}{family[at + 1 :]}",
            "slip alone": family[:at] + draw.choice("aeiou") + family[at + 1 :],
            "birth date": f"{born.month}/{born.day}/{born.year}",
            "name and birth date": f"{family} {born.month}/{born.day}/{born:%y}",
            "phone": f"({phone[:3]}) {phone[3:6]}-{phone[6:]}",
            "end of phone": phone[-4:],
            "number": mrn,
        }
        found += list(forms.items())
    draw.shuffle(found)
    return found


def measure(what: str, asked: list[tuple[str, str]], work: Callable[[str], Any] = queries.find) -> list[dict[str, Any]]:
    """The time of each search, all together and by kind; the best of three, as others work on the machine too."""
    took: dict[str, list[float]] = {}
    for kind, text in asked:
        spent = min(_once(work, text) for _ in range(3))
        took.setdefault(kind, []).append(spent)
        took.setdefault("all", []).append(spent)
    return [
        _row(f"find, {what}, {kind}", spent) for kind, spent in sorted(took.items(), key=lambda one: one[0] != "all")
    ]


def _once(work: Callable[[str], Any], text: str) -> float:
    begun = time.perf_counter()
    work(text)
    return (time.perf_counter() - begun) * 1e3


def _row(what: str, took: list[float], seconds: float | None = None) -> dict[str, Any]:
    took = sorted(took)
    rate = round(len(took) / (seconds or sum(took) / 1e3))
    return {
        "bench": "patients", "what": what, "n": len(took), "throughput": rate,
        "unit": "a second", "p50_ms": round(took[len(took) // 2], 2), "p95_ms": round(took[int(len(took) * 0.95)], 2),
    }  # fmt: skip


def desk() -> Context:
    """The front desk of the demo practice, which is made where it is not there."""
    practice = demo.found() or demo.make(clock.now())
    return practice.acting(practice.of_role("front-desk")[0], clock.now())


def create(ctx: Context, count: int = 400, clients: int = 1) -> dict[str, Any]:
    """Registering patients by the action itself: duplicates looked for, ruled, shown to the exchange, audited."""
    took: list[float] = []
    drawn = Names(time.time_ns())
    told = [_resource(*drawn.one()) for _ in range(count)]

    def run(mine: list[dict[str, Any]]) -> None:
        try:
            for resource in mine:
                begun = time.perf_counter()
                actions.register(ctx, wire.from_fhir(resource, confirmed={"names", "birth_date"}))
                took.append((time.perf_counter() - begun) * 1e3)
        finally:
            if clients > 1:
                connections.close_all()

    begun = time.perf_counter()
    if clients == 1:
        run(told)
    else:
        threads = [threading.Thread(target=run, args=(told[n::clients],)) for n in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return _row(f"register, {clients} at once in one process", took, time.perf_counter() - begun)


def _resource(family: str, given: str, born: date, phone: str) -> dict[str, Any]:
    return {
        "resourceType": "Patient", "name": [{"family": family, "given": [given]}], "gender": "female",
        "birthDate": born.isoformat(), "telecom": [{"system": "phone", "value": phone}],
        "identifier": [{"system": "urn:bench", "value": str(uuid7())}],
    }  # fmt: skip


@contextmanager
def own_database(name: str = "medassist_patients") -> Iterator[None]:
    """A copy of the database to fill, so that every run begins with the same few patients."""
    told = connections.settings["default"]
    before = told["NAME"]
    _as_owner(f"DROP DATABASE IF EXISTS {name}", f'CREATE DATABASE {name} TEMPLATE "{before}"')
    told["NAME"] = name
    try:
        yield
    finally:
        told["NAME"] = before
        _as_owner(f"DROP DATABASE IF EXISTS {name}")


def _as_owner(*statements: str) -> None:
    """Run these alone on a new connection, past the application's role; the next use connects anew."""
    connections.close_all()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        for statement in statements:
            cursor.execute(statement)
    connections.close_all()


def run(large: int = 1_000_000, small: int = 20_000) -> list[dict[str, Any]]:
    """The rows of `medassist bench patients`; the last one says how finding grows with the number of patients."""
    ctx, drawn = desk(), Names()
    with own_database():
        fill(small, drawn)
        few = measure(f"{small:,}", typed(150, 1))
        rows = [create(ctx), create(ctx, clients=8), *few]
        if large > small:
            fill(large - small, drawn)
            many = measure(f"{large:,}", typed(150, 1))
            ratio = many[0]["p95_ms"] / few[0]["p95_ms"]
            last = {"bench": "patients", "what": "find, p95", "ratio": round(ratio, 2), "peer": f"of {small:,}"}
            rows += [*many, {**last, "ok": ratio <= 1.5}]
    return rows
