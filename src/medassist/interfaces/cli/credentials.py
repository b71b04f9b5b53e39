"""`medassist credentials plan`: every way to each certification, and programs with which one can begin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from medassist.domain.credentials import rules
from medassist.domain.delegation import rules as delegation
from medassist.domain.office import rules as offices
from medassist.interfaces.cli import programs
from medassist.kernel import clock

NOTE = (
    "Facts with their sources and dates, some of them old: ask the issuer before you pay. Not found means not found. "
    "`confirm` is what must hold and was not asked; a total is of what is known."
)


KINDS = tuple(offices.profiles())
ALLOWS = {
    "opens": "this one meets what is asked for", "part": "it is part of what is asked for",
    "without": "no certification is asked for", "other": "another credential is asked for",
    "prohibited": "not for assistants", "not_found": "nothing was found",
}  # fmt: skip
"""What a certification does for an act, by the keys of `allows`."""


class Fault(click.ClickException):
    """What was asked can't be understood; one sentence on standard error, and the status of wrong usage."""

    exit_code = 2


def ask(
    given: Mapping[str, Any], on: date, directory: rules.Directory | None = None, seed: bool = False,
    old: bool = False, office: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The ways of one person as plain values; Fault when what was given can't be.

    With a directory, also the programs of the state with which a way can begin: by lists that were taken, by the
    shipped seed where that is asked, and its old pages. Those that were chosen are told whatever their state.
    """
    book = rules.book()
    person, wrong = rules.read(given, book, on, directory)
    if wrong:
        raise Fault(" ".join(text for texts in wrong.values() for text in texts))
    if office and office not in offices.profiles():
        raise Fault(f"No kind of office is called {office}: one of {', '.join(offices.profiles())}.")
    asks = sorted(offices.acts_of_profile(office)) if office else []
    chosen = directory.chosen(person.programs) if directory else ()
    found = rules.survey(person, book, on, chosen)
    offers = rules.offers(found, directory, person.state, seed, old) if directory else ()
    return {
        "asked": rules.texts(person),
        "on": on.isoformat(),
        "state": _state(person.state),
        **({"office": {"kind": office, "asks": asks}} if office else {}),
        "ways": [{**rules.plain(way), "allows": _allows(person.state, way.credential)} for way in found.ways],
        "closed": [rules.plain(way) for way in found.closed],
        "not_asked": list(found.not_asked),
        "not_found": list(found.not_found),
        **({"programs": [_program(one, seed or bool(chosen)) for one in offers]} if offers else {}),
        **({"chosen": [_program(one, True) for one in chosen]} if chosen else {}),
        "note": NOTE,
    }


def _state(code: str) -> dict[str, Any]:
    """What the state asks before one may work, by its file."""
    file = delegation.known(code)
    said = file.data["certification"]
    return {
        "jurisdiction": code,
        "name": file.name,
        "required_to_work": said["required_to_work"],
        "note": said["note"],
        "confidence": file.data["confidence"],
        "sources": [file.data["sources"][index] for index in said["sources"]],
    }


def _allows(state: str, code: str) -> dict[str, list[str]]:
    """The clinical acts of the state's file, by what this certification does for them."""
    found = delegation.opened(state, code)
    return {name: list(getattr(found, name)) for name in found.__slots__}


def _program(one: rules.Entry, keyed: bool) -> dict[str, Any]:
    """A program; with its key where one may be chosen by it."""
    return {**({"key": one.key} if keyed else {}), **rules.plain_offer(one)}


@click.group("credentials")
def credentials() -> None:
    """Ways to a certification, with cost and dates."""


command = credentials


@credentials.command("plan")
@click.option("--state", required=True, help="Where you work or will work, as US-TX.")
@click.option("--education", default="none", help=f"One of {', '.join(rules.EDUCATION)}.")
@click.option("--graduated", metavar="DATE", help="The day the program or the military training was finished.")
@click.option("--finishes", metavar="DATE", help="For students: the day on which it will be finished.")
@click.option("--accreditor", metavar="CODE", help="Who accredits the program (CAAHEP, ABHES) or the school.")
@click.option("--experience-months", metavar="N", help="Months worked as a medical assistant.")
@click.option("--worked-until", metavar="DATE", help="The last day of that work; absent, it goes on.")
@click.option("--failed-tries", "failed", multiple=True, metavar="CODE=N[@DATE]", help="Failed tries, CMA-AAMA=1.")
@click.option("--lapsed", multiple=True, metavar="CODE=DATE", help="A lapsed certificate, CMA-AAMA=2026-05-31.")
@click.option("--hours-week", metavar="N", help="Hours a week for a program or for work still to be done.")
@click.option("--budget", metavar="USD", help="What there is to spend.")
@click.option("--program", multiple=True, metavar="KEY", help="Begin with this program; up to four, side by side.")
@click.option("--starts", metavar="DATE", help="The day on which a program would begin; absent, the day asked about.")
@click.option("--seed", is_flag=True, help="Name programs of the shipped seed, too; it is no directory.")
@click.option("--old", is_flag=True, help="With --seed: also those read on pages from before 2018.")
@click.option("--office", metavar="KIND", default="", help=f"Also for this kind of office: {', '.join(KINDS)}.")
@click.option("--on", metavar="DATE", help="The day asked about, YYYY-MM-DD; today when absent.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def plan(as_json: bool, on: str | None, seed: bool, old: bool, office: str, **given: Any) -> None:
    """Every way to each certification that is open to a person today or later: steps, cost, dates, sources.

    What is not given is unknown, and shows as something to confirm. Every fact carries its source and date. Programs
    are named where this office took in lists of them. With --program, the ways that begin with a program are told with
    that one's stated length and tuition; its KEY is shown with --seed, and by medassist programs list --json.
    """
    answer = ask(given, _day(on), programs.now(), seed, old, office)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    names = {one["key"]: f"{one['program']}, {one['school']}" for one in answer.get("chosen", ())}
    asks = answer["office"]["asks"] if office else []
    click.echo(f"{answer['state']['name']}: a certification to work: {answer['state']['required_to_work']}.")
    for way in answer["ways"]:
        _tell(way, names)
        _tell_allows(way["allows"], answer["state"]["name"], office, asks)
        _tell_sources(way)
    for way in answer["closed"]:
        click.echo(f"Closed: {way['abbreviation']} ({way['credential']}), {way['route_name']}: {way['reason']}")
        _tell_sources(way)
    for program in answer.get("programs", ()):
        _tell_program(program)
    click.echo(answer["note"])


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else clock.now().date()
    except ValueError:
        raise Fault(f"{text} is not a day: write it as 2026-05-31") from None


def _tell(way: Mapping[str, Any], programs: Mapping[str, str]) -> None:
    """One way for a person: two lines and its steps."""
    when = "today" if way["open"] == "today" else way["earliest"] or "not known when"
    price = way["cost"] if isinstance(way["cost"], str) else f"{way['cost']['total']} USD known"
    click.echo(
        f"{way['abbreviation']} ({way['credential']}), {way['route_name']}: {when}; {price}; {way['confidence']}"
    )
    if "program" in way:
        click.echo(f"  With {programs[way['program']]}")
    for line in filter(None, (way["reason"], *(step["what"] for step in way["steps"]), *way["confirm"])):
        click.echo(f"  {line}")
    for part in way["cost"]["parts"] if "program" in way and way["cost"] != "unknown" else ():
        click.echo(f"  {part['what']}: {part['usd']} USD  ({part['as_of'] or 'no date'}, {part['source']})")
    if way["closes"]:
        click.echo(f"  Closes {way['closes']['on']}: {way['closes']['what']}.")


def _tell_allows(allows: Mapping[str, list[str]], state: str, office: str, asks: list[str]) -> None:
    """What the certification does in the state: the acts it opens; for a kind of office, each act that it asks for."""
    acts = delegation.acts()
    for name, words in ALLOWS.items():
        found = [acts.name(act) for act in allows[name] if not office or act in asks]
        if found and (office or name in ("opens", "part")):
            click.echo(f"  In {state}{f', {office}' if office else ''}, {words}: {', '.join(found)}")


def _tell_sources(way: Mapping[str, Any]) -> None:
    for one in way["sources"]:
        click.echo(f"  Source: {one['url']} ({one['as_of'] or 'no date'})")


def _tell_program(program: Mapping[str, Any]) -> None:
    """One program: a line, and one for each field with its source, and for each that is told otherwise."""
    opens = ", ".join(program["opens"]) or rules.NOT_FOUND
    click.echo(
        f"Program: {program['school']}: {program['program']}; {program['city']}, {program['state']}; opens: {opens}"
    )
    if "key" in program:
        click.echo(f"  key: {program['key']}")
    told = [(name, one) for name, one in program["fields"].items()]
    others = [(f"{name}, told otherwise", one) for name, some in program["otherwise"].items() for one in some]
    for name, one in told + others:
        click.echo(f"  {name}: {one['value']}  ({one['source']}, {one['as_of']}, {one['url']})")
