"""Search over the index: one statement finds, counts and pages. Domain tables are never touched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from medassist.codecs import fhir
from medassist.codecs.fhir import index, parameters, query
from medassist.codecs.fhir.query import Criterion, Unfit
from medassist.exchange import keys, prepared, store
from medassist.exchange.queries import Kept, kept
from medassist.kernel import clock

MOST_INCLUDED = 1000
COLUMNS = "r.id, r.type, r.fhir_id, v.version, v.at, v.body, v.deleted, p.id"
JOINS = """JOIN exchange_version v ON v.resource_id = r.id AND v.version = r.version
LEFT JOIN exchange_resource p ON p.type = 'Patient' AND p.fhir_id = r.patient AND r.patient <> ''"""


@dataclass(slots=True)
class Part:
    """A piece of SQL with its values."""

    sql: str
    values: list[Any] = field(default_factory=list)


def together(parts: Iterable[Part], word: str) -> Part:
    """Parts joined by AND or OR."""
    parts = list(parts)
    return Part("(" + f" {word} ".join(p.sql for p in parts) + ")", [v for p in parts for v in p.values])


@dataclass(slots=True)
class Page:
    """What was found: one page of it, how many there are in all, and whether more follow."""

    found: list[Kept]
    total: int | None
    more: bool


# ------------------------------------------------------------------------------------------------ criteria to SQL
def where(kind: str, c: Criterion) -> Part:
    """The condition of one criterion on `exchange_resource r`."""
    p = c.parameter
    if c.reverse:
        return _reverse(kind, c.reverse)
    if c.chain:
        return _chain(kind, c, c.chain)
    if c.modifier == "missing":
        found = _tokens(kind, [f"{p.code}?"])
        return found if c.values[0] == "false" else Part(f"NOT {found.sql}", found.values)
    if p.code == "_id":
        return Part("r.fhir_id = ANY(%s)", [list(c.values)])
    if p.code == "_lastUpdated":
        return together([_last_updated(v) for v in c.values], "OR")
    return _KINDS[p.type](kind, c)


def _tokens(kind: str, tokens: Iterable[str]) -> Part:
    found = keys.keys(kind, sorted(set(tokens)))
    return Part("r.tokens @> %s::bigint[]" if len(found) == 1 else "r.tokens && %s::bigint[]", [found])


def _token(kind: str, c: Criterion) -> Part:
    tokens = []
    for value in c.values:
        parts = query.parts(value)
        if c.modifier == "of-type":
            if len(parts) != 3:
                raise Unfit(f"{c.parameter.code}:of-type is written system|code|value")
            tokens.append(f"{c.parameter.code}:of-type={'|'.join(parts).casefold()}")
        elif len(parts) > 2:
            raise Unfit(f"{c.parameter.code} is written system|code")
        else:
            tokens.append(f"{c.parameter.code}={'|'.join(parts).casefold()}")
    found = _tokens(kind, tokens)
    return Part(f"NOT {found.sql}", found.values) if c.modifier == "not" else found


def _reference(kind: str, c: Criterion) -> Part:
    code, tokens = c.parameter.code, []
    for value in c.values:
        if c.modifier == "identifier":
            tokens.append(f"{code}:identifier={'|'.join(query.parts(value)).casefold()}")
        elif "/" in value or ":" in value:
            named = fhir.local(value)
            tokens.append(f"{code}={'/'.join(named) if named else value}")
        else:
            tokens += [f"{code}={target}/{value}" for target in c.parameter.target or (kind,)]
    return _tokens(kind, tokens)


def _uri(kind: str, c: Criterion) -> Part:
    return _tokens(kind, [f"{c.parameter.code}={v}" for v in c.values])


def _inside(table: str, kind: str, code: str, tests: list[Part]) -> Part:
    test = together(tests, "OR")
    return Part(
        f"r.id IN (SELECT x.resource_id FROM exchange_{table} x WHERE x.name = %s AND {test.sql})",
        [f"{kind}.{code}", *test.values],
    )


def _string(kind: str, c: Criterion) -> Part:
    tests = []
    for value in c.values:
        value = query.parts(value)[0] if "\\" in value else value
        if c.modifier == "exact":
            tests.append(Part("x.exact = %s AND x.value = %s", [value[: index.LONGEST], index.plain(value)]))
            continue
        text = index.plain(value).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        if not text:
            raise Unfit(f"{c.parameter.code}: there is nothing to look for in {value[:40]!r}")
        tests.append(Part("x.value LIKE %s", [f"%{text}%" if c.modifier == "contains" else f"{text}%"]))
    return _inside("text", kind, c.parameter.code, tests)


def _dates(text: str) -> tuple[str, datetime, datetime]:
    prefix, rest = query.prefixed(text)
    try:
        return (prefix, *fhir.period(rest.replace(" ", "+"), store.zone()))
    except ValueError:
        raise Unfit(f"{text[:40]!r} is not a date") from None


DATE_TESTS = {
    "eq": "(x.low >= %(low)s AND x.high <= %(high)s)",
    "ne": "NOT (x.low >= %(low)s AND x.high <= %(high)s)",
    "gt": "x.high > %(high)s",
    "lt": "x.low < %(low)s",
    "ge": "(x.high > %(high)s OR x.low >= %(low)s AND x.high <= %(high)s)",
    "le": "(x.low < %(low)s OR x.low >= %(low)s AND x.high <= %(high)s)",
    "sa": "x.low >= %(high)s",
    "eb": "x.high <= %(low)s",
    "ap": "(x.low < %(high)s AND x.high > %(low)s)",
}


def _compared(tests: dict[str, str], prefix: str, low: Any, high: Any) -> Part:
    """A test with its named values in the order in which they stand."""
    sql, values, given = tests[prefix], [], {"low": low, "high": high}
    for piece in sql.split("%(")[1:]:
        values.append(given[piece.partition(")")[0]])
    return Part(sql.replace("%(low)s", "%s").replace("%(high)s", "%s"), values)


def _date_test(text: str) -> Part:
    prefix, low, high = _dates(text)
    if prefix == "ap":  # FHIR suggests a tenth of the time between now and then
        far = max(abs(clock.now() - low) / 10, timedelta(hours=1))
        low, high = fhir.moments.clamp(low, -far), fhir.moments.clamp(high, far)
    return _compared(DATE_TESTS, prefix, low, high)


def _date(kind: str, c: Criterion) -> Part:
    return _inside("moment", kind, c.parameter.code, [_date_test(v) for v in c.values])


def _last_updated(text: str) -> Part:
    part = _date_test(text)
    return Part(part.sql.replace("x.low", "r.updated_at").replace("x.high", "r.updated_at"), part.values)


NUMBER_TESTS = {
    "eq": "(x.value >= %(low)s AND x.value < %(high)s)",
    "ne": "NOT (x.value >= %(low)s AND x.value < %(high)s)",
    "gt": "x.value > %(low)s", "lt": "x.value < %(low)s", "ge": "x.value >= %(low)s", "le": "x.value <= %(low)s",
    "sa": "x.value > %(low)s", "eb": "x.value < %(low)s",
    "ap": "(x.value >= %(low)s AND x.value <= %(high)s)",
}  # fmt: skip


def _number_test(text: str) -> Part:
    prefix, rest = query.prefixed(text)
    value, low, high = query.number(rest)
    if prefix == "ap":
        low, high = value - abs(value) / 10, value + abs(value) / 10
    elif prefix not in ("eq", "ne"):
        low = value
    return _compared(NUMBER_TESTS, prefix, low, high)


def _number(kind: str, c: Criterion) -> Part:
    return _inside("amount", kind, c.parameter.code, [_number_test(v) for v in c.values])


def _quantity(kind: str, c: Criterion) -> Part:
    tests = []
    for value in c.values:
        number, *unit = query.parts(value)
        test = _number_test(number)
        if len(unit) not in (0, 2):
            raise Unfit(f"{c.parameter.code} is written number|system|code")
        if unit and unit[0]:
            test = together([test, Part("x.system = %s", [unit[0]])], "AND")
        if unit and unit[1]:
            named = Part("x.code = %s", [unit[1]]) if unit[0] else Part("(x.code = %s OR x.unit = %s)", [unit[1]] * 2)
            test = together([test, named], "AND")
        tests.append(test)
    return _inside("amount", kind, c.parameter.code, tests)


def _composite(kind: str, c: Criterion) -> Part:
    """Only where each part stands once in a resource; components would be mixed up."""
    if not c.parameter.code.startswith("code-value-"):
        raise Unfit(f"{c.parameter.code} is not supported", "not-supported")
    tests = []
    for value in c.values:
        given = query.parts(value, "$")
        if len(given) != len(c.parameter.parts):
            raise Unfit(f"{c.parameter.code} is written {'$'.join(c.parameter.parts)}")
        tests.append(together([
            where(kind, query.criterion(kind, code, one)) for code, one in zip(c.parameter.parts, given, strict=True)
        ], "AND"))  # fmt: skip
    return together(tests, "OR")


_KINDS = {
    "token": _token, "reference": _reference, "uri": _uri, "string": _string, "date": _date, "number": _number,
    "quantity": _quantity, "composite": _composite,
}  # fmt: skip


def _chain(kind: str, c: Criterion, chain: tuple[str, Criterion]) -> Part:
    target, inner = chain
    ids = _names(target, inner)
    return _tokens(kind, [f"{c.parameter.code}={target}/{name}" for name in ids]) if ids else Part("FALSE")


def _names(kind: str, c: Criterion, column: str = "r.fhir_id", most: int = 10_000) -> list[Any]:
    part = where(kind, c)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column} FROM exchange_resource r WHERE r.type = %s AND NOT r.deleted AND {part.sql} LIMIT %s",
            [kind, *part.values, most + 1],
        )
        found = [row[0] for row in cursor.fetchall()]
    if len(found) > most:
        raise Unfit("too many resources fulfil the chained condition; narrow it", "too-costly")
    return found


def _reverse(kind: str, reverse: tuple[str, str, Criterion]) -> Part:
    other, code, inner = reverse
    held = _names(other, inner, "r.id")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.body FROM exchange_resource r JOIN exchange_version v"
            " ON v.resource_id = r.id AND v.version = r.version WHERE r.id = ANY(%s)",
            [held],
        )
        refs = {ref for (body,) in cursor.fetchall() for ref in index.references_of(fhir.loads(bytes(body)), code)}
    pairs = (fhir.local(ref) for ref in refs)
    return Part("r.fhir_id = ANY(%s)", [[name for pair in pairs if pair and pair[0] == kind for name in [pair[1]]]])


# ------------------------------------------------------------------------------------------------ pages
@dataclass(slots=True)
class Sort:
    """One key to sort by: never null, so that pages can begin after any row."""

    part: Part
    down: bool


def _sorts(kind: str, sort: list[tuple[str, bool]]) -> list[Sort]:
    return [Sort(_sort_key(kind, code, down), down) for code, down in sort[:3]]


def _sort_key(kind: str, code: str, down: bool) -> Part:
    if code == "_lastUpdated":
        return Part("r.updated_at")
    if code == "_id":
        return Part("r.fhir_id")
    p = parameters.find(kind, code)
    best = "max" if down else "min"
    if p is None or p.type not in ("date", "string", "quantity", "number"):
        raise Unfit(f"_sort={code} is not supported", "not-supported")
    end = "0001-01-01" if down else "9999-12-31"
    table, column, last = {
        "date": ("moment", "high" if down else "low", f"timestamptz '{end} 00:00+00'"),
        "string": ("text", "value", "''" if down else "chr(1114111)"),
    }.get(p.type, ("amount", "value", "-1e31" if down else "1e31"))
    sql = f"SELECT {best}(x.{column}) FROM exchange_{table} x WHERE x.resource_id = r.id AND x.name = %s"
    return Part(f"coalesce(({sql}), {last})", [f"{kind}.{code}"])


def page(asked: query.Asked, count: int, after: UUID | None = None, counted: bool = True) -> Page:
    """One page of what fulfils all criteria, beginning after a resource; with the total of all pages."""
    conditions = [where(asked.kind, c) for c in asked.criteria]
    sorts = _sorts(asked.kind, asked.sort)
    condition = together([Part("r.type = %s", [asked.kind]), Part("NOT r.deleted"), *conditions], "AND")
    keyset = _after(sorts, after)
    columns = "".join(f", {s.part.sql} AS k{n}" for n, s in enumerate(sorts))
    order = ", ".join([*(f"f.k{n}{' DESC' if s.down else ''}" for n, s in enumerate(sorts)), "f.id"])
    found = Part(
        f"SELECT r.id{columns} FROM exchange_resource r WHERE {condition.sql}",
        [v for s in sorts for v in s.part.values] + condition.values,
    )
    # materialized, or else PostgreSQL may walk all of a type in order to find the few of one patient
    sql = f"""WITH found AS {"MATERIALIZED" if conditions or sorts else "NOT MATERIALIZED"} ({found.sql}),
shown AS (SELECT * FROM found f WHERE {keyset.sql} ORDER BY {order} LIMIT %s)
SELECT {COLUMNS}, {"(SELECT count(*) FROM found)" if counted else "NULL"} FROM shown f
JOIN exchange_resource r ON r.id = f.id {JOINS} ORDER BY {order}"""
    rows = prepared.rows(sql, [*found.values, *keyset.values, count + 1])
    total = rows[0][8] if rows else _count(condition) if counted else None
    return Page([kept(row) for row in rows[:count]], total, len(rows) > count)


def _count(condition: Part) -> int:
    rows = prepared.rows(f"SELECT count(*) FROM exchange_resource r WHERE {condition.sql}", condition.values)
    return rows[0][0]


def count(asked: query.Asked) -> int:
    """How many fulfil all criteria."""
    conditions = [where(asked.kind, c) for c in asked.criteria]
    condition = together([Part("r.type = %s", [asked.kind]), Part("NOT r.deleted"), *conditions], "AND")
    return _count(condition)


def _after(sorts: list[Sort], after: UUID | None) -> Part:
    """What follows the resource on which the page before ended; its sort values are looked up, not sent around."""
    if after is None:
        return Part("TRUE")
    if not sorts:
        return Part("id > %s", [after])
    columns = ", ".join(s.part.sql for s in sorts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM exchange_resource r WHERE r.id = %s",
            [v for s in sorts for v in s.part.values] + [after],
        )
        last = cursor.fetchone()
    if last is None:
        raise Unfit("this page is no longer there; begin the search again")
    options = []
    for n in range(len(sorts) + 1):
        same = [Part(f"k{m} = %s", [last[m]]) for m in range(n)]
        beyond = Part("id > %s", [after])
        if n < len(sorts):
            beyond = Part(f"k{n} {'<' if sorts[n].down else '>'} %s", [last[n]])
        options.append(together([*same, beyond], "AND"))
    return together(options, "OR")


# ------------------------------------------------------------------------------------------------ what belongs to it
def named(pairs: Iterable[tuple[str, str]]) -> list[Kept]:
    """The current versions of resources by (type, FHIR id)."""
    pairs = sorted(set(pairs))[:MOST_INCLUDED]
    if not pairs:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM unnest(%s::text[], %s::text[]) AS asked (type, fhir_id)"
            f" JOIN exchange_resource r ON r.type = asked.type AND r.fhir_id = asked.fhir_id {JOINS}"
            " WHERE NOT r.deleted",
            [[t for t, _ in pairs], [i for _, i in pairs]],
        )
        return [kept(row) for row in cursor.fetchall()]


def included(asked: query.Asked, found: list[Kept]) -> list[Kept]:
    """What the found resources refer to by _include, and what refers to them by _revinclude."""
    have = {(k.type, k.id) for k in found}
    pairs: set[tuple[str, str]] = set()
    for kind, code, target in asked.include:
        for one in found:
            if one.type == kind:
                refs = index.references_of(fhir.loads(one.body), code)
                pairs.update(p for r in refs if (p := fhir.local(r)) and (not target or p[0] == target))
    more = named(pairs - have)
    for kind, code, _ in asked.revinclude:
        more += _referring(kind, code, found, have | {(k.type, k.id) for k in more})
    return more


def _referring(kind: str, code: str, found: list[Kept], have: set[tuple[str, str]]) -> list[Kept]:
    part = _tokens(kind, [f"{code}={one.type}/{one.id}" for one in found]) if found else Part("FALSE")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM exchange_resource r {JOINS}"
            f" WHERE r.type = %s AND NOT r.deleted AND {part.sql} ORDER BY r.id LIMIT %s",
            [kind, *part.values, MOST_INCLUDED],
        )
        rows = [kept(row) for row in cursor.fetchall()]
    return [k for k in rows if (k.type, k.id) not in have]
