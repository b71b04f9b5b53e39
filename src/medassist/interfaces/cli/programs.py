"""`medassist programs`: take in lists of programs after their differences were shown; read what all lists tell."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from medassist.domain.credentials import rules
from medassist.interfaces.cli import house
from medassist.kernel import clock

SHOWN = 20
"""Lines of each kind of difference; --json has them all."""
NO_DATE = "no date"


@click.group("programs")
def programs() -> None:
    """Lists of medical assisting programs: take them in, read them with their sources."""


command = programs


def now() -> rules.Directory:
    """The programs as they stand, for a command that can do without a database: then it is the shipped list."""
    try:
        if house.there() and _some_taken():
            house.django()
            from medassist.domain.credentials import queries

            return queries.read_programs()
    except Exception as why:  # whatever is wrong with the database, the command answers, and says by what
        click.echo(f"The lists that were taken could not be read ({why}): programs are the shipped ones.", err=True)
    return rules.directory(rules.programs(), ())


def _some_taken() -> bool:
    """Whether a list was taken, asked without Django; a database that has no such table yet has none."""
    import psycopg  # here, as an office without a database does not need it

    house.start_database()
    with psycopg.connect(house.address(), connect_timeout=5) as line:
        row = line.execute("SELECT to_regclass('credentials_programlist') IS NOT NULL").fetchone()
        row = line.execute("SELECT EXISTS (SELECT FROM credentials_programlist)").fetchone() if row and row[0] else row
    return bool(row and row[0])


@programs.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--layout", type=click.Choice(list(rules.LAYOUTS)), required=True, help="How the file is written.")
@click.option("--as-of", metavar="DATE", required=True, help="The day the list speaks of, YYYY-MM-DD.")
@click.option(
    "--campuses",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="InstitutionCampus.csv of the same download; --layout dapip needs it.",
)
@click.option("--check", "only_check", is_flag=True, help="Only show what it would change.")
@click.option("--yes", is_flag=True, help="Take it without asking.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object; takes nothing unless --yes is given.")
def take(
    file: Path, layout: str, as_of: str, campuses: Path | None, only_check: bool, yes: bool, as_json: bool
) -> None:
    """Show what a list of programs would change, and take it when that is wanted: all of it or nothing.

    A fault is told with file, line and column. The same list twice changes nothing. Each field keeps the address and
    the day of the list that told it.
    """
    day = _day(as_of)
    if (layout == "dapip") != bool(campuses):
        raise click.UsageError("--layout dapip takes --campuses InstitutionCampus.csv, and no other layout does")
    places = _sound(*_places(campuses, day)) if campuses else {}
    with file.open("rb") as lines:
        told = _sound(*rules.read_list(layout, file.name, lines, day, places))
    if not told:
        raise click.ClickException(f"{file.name} tells of no medical assisting program; nothing was taken")
    house.enter()
    from medassist.domain.credentials import queries

    found = queries.list_differences(layout, told, day)
    if not as_json:
        _tell(found)
    wanted = bool(found.new) and not only_check and (yes or not as_json and click.confirm("Take it?"))
    if wanted:
        _take(file, layout, day, told, found.digest)
    if as_json:
        click.echo(json.dumps({**_plain(found), "taken": wanted}, ensure_ascii=False, indent=1))
    else:
        click.echo("taken" if wanted else "nothing was taken")


def _places(file: Path, day: date) -> tuple[Any, list[Any]]:
    with file.open("rb") as lines:
        return rules.read_places(file.name, lines, day)


def _sound(found: Any, faults: list[Any]) -> Any:
    """What was read of a file without a fault."""
    for fault in faults:
        click.echo(str(fault), err=True)
    if faults:
        raise click.ClickException("nothing was taken")
    return found


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text} is not a day: write it as 2026-05-31") from None
    if found > clock.now().date():
        raise click.UsageError(f"{text} is not there yet")
    return found


def _take(file: Path, layout: str, day: date, told: list[Any], shown: str) -> None:
    from medassist.domain.credentials import actions, inputs
    from medassist.kernel.context import system_context
    from medassist.kernel.errors import Conflict, Invalid

    with file.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
    names = ("key", "field", "value", "url", "as_of", "line")
    rows = [{name: getattr(one, name) for name in names} for one in told]
    try:
        given = inputs.TakePrograms.of(layout=layout, file=file.name, sha256=digest, as_of=day, told=rows, shown=shown)
        actions.take_programs(system_context("cli"), given)
    except (Conflict, Invalid) as error:
        raise click.ClickException(f"{error}; nothing was taken") from None


def _tell(found: Any) -> None:
    for kind in ("added", "changed", "confirmed", "gone"):
        rows = getattr(found, kind)
        click.echo(f"{kind.capitalize()}: {len(rows)}")
        for one in rows[:SHOWN]:
            click.echo(f"  {_line(one, found)}")
        if len(rows) > SHOWN:
            click.echo(f"  and {len(rows) - SHOWN} more: --json has them all")
    click.echo(f"Unchanged: {found.unchanged}; told otherwise by something newer: {found.older}")


def _line(one: Any, found: Any) -> str:
    before = found.before.get((one.key, one.field))
    was = f" (was {before.value}, {before.day or NO_DATE})" if before and before.value else ""
    return f"{one.key}  {one.field}: {one.value or 'no longer told'}{was}"


def _plain(found: Any) -> dict[str, Any]:
    kinds = {
        kind: [_difference(one, found) for one in getattr(found, kind)]
        for kind in ("added", "changed", "confirmed", "gone")
    }
    return {**kinds, "unchanged": found.unchanged, "older": found.older}


def _difference(one: Any, found: Any) -> dict[str, Any]:
    before = found.before.get((one.key, one.field))
    was = _fact(before) if before and before.value else None
    return {"key": one.key, "field": one.field, "line": one.line, **_fact(one), "was": was}


def _fact(one: Any) -> dict[str, Any]:
    """A value with its provenance."""
    return {"value": one.value, "source": one.layout, "url": one.url, "as_of": one.day or NO_DATE}


@programs.command("list")
@click.option("--state", metavar="STATE", default="", help="Only those of one state, as US-TX.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list, each field with its source and date.")
def list_(state: str, as_json: bool) -> None:
    """List the programs that the shipped file and all lists taken tell of, each field with its source and date."""
    code = state.upper().removeprefix("US-")
    if code and code not in rules.STATES:
        raise click.UsageError(f"there is no state {state}: write it as US-TX")
    house.enter()
    from medassist.domain.credentials import queries

    rows = queries.directory(code)
    if as_json:
        told = [
            {
                "key": row.key,
                "award": row.award,
                "closed": row.closed,
                "fields": {name: _fact(one) for name, one in row.fields.items()},
            }
            for row in rows
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for row in rows:
        school = row.value("school") or f"school {row.value('unitid')}, name not found"
        place = ", ".join(filter(None, (row.value("city"), row.value("state"))))
        closed = f"; school {row.closed}" if row.closed else ""
        award = row.award or "award not found"
        click.echo(f"{school}: {row.value('program')}; {place or 'place not found'}; {award}{closed}")
        for name, one in row.fields.items():
            click.echo(f"  {name}: {one.value}  ({one.layout}, {one.day or NO_DATE}, {one.url})")
    click.echo(f"{len(rows)} programs. An award counted says that people graduated, not that it is accredited.")
