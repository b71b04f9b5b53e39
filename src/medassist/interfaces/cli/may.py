"""`medassist may`: may this one do this act, in this state, with what is known? Reads the rules alone, no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

import click

from medassist.domain.delegation import rules
from medassist.interfaces.cli import house
from medassist.kernel import clock

ORDERS = ("none", "standing", "patient-specific")
LEVELS = ("none", "general", "onsite", "direct")
KINDS = ("MD", "DO", "DPM", "DC", "PA", "NP", "CNM", "CNS", "RN", "LPN", "ND", "OD")
BLANK = {"citation": "", "url": "", "as_of": ""}
WORDS = {"allow": "Yes", "needs": "Not yet", "deny": "No"}


class Fault(click.ClickException):
    """What was asked can't be understood; one sentence on standard error, and the status of wrong usage."""

    exit_code = 2


def ask(line: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one question, in the words of the contract; Fault when it can't be understood."""
    if not isinstance(line, Mapping):
        raise Fault("a line is one JSON object")
    act, code, role = _text(line, "act"), _state(_text(line, "state")), _role(_text(line, "role"))
    book, broken = _book(code)
    ruling = rules.decide(_case(line, act, book, role))
    reasons = [{"text": r.text, "citation": r.citation, "url": r.url, "as_of": r.as_of} for r in ruling.reasons]
    return {
        "decision": ruling.decision,
        "act": act,
        "jurisdiction": code,
        "reasons": [*reasons, *_meant(act), *broken],
        "needs": [{"code": n.code, "text": n.text} for n in ruling.needs],
        "confidence": ruling.confidence,
        "rule": ruling.rule,
    }


def _case(line: Mapping[str, Any], act: str, book: rules.State, role: str) -> rules.Case:
    names = _texts(line, "credential")
    kinds = frozenset(_choice(kind.upper(), KINDS, "delegator") for kind in _texts(line, "delegator"))
    level = rules.LEVELS[_known(line, "supervision", LEVELS)]
    order = _known(line, "order", ORDERS).replace("-", "_")
    skill = rules.Skill(_count(line, "training_hours"), _count(line, "demonstrations"))
    held = tuple(rules.Held(name) for name in names)
    roles = frozenset({role})
    bound = (act, "medication.controlled", "immunization.administer")
    signed = (rules.Policy(book.hash),) if _flag(line, "policy") else ()
    return rules.Case(
        act=act,
        state=book.code,
        book=book,
        on=_day(line.get("on")),
        who=rules.Standing(roles, held, held, dict.fromkeys(bound, skill), not _flag(line, "agent"), roles),
        facts=rules.Facts(
            orders=frozenset() if order == "none" else frozenset({order}),
            delegators=kinds,
            supervision=dict.fromkeys(kinds or ("",), level) if level else {},
            controlled=_flag(line, "controlled"),
            vaccine=_flag(line, "vaccine"),
        ),
        policies=dict.fromkeys(bound, signed) if signed else {},
    )


def _text(line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Fault(f"{name} is missing" if value is None else f"{name} is a text")
    # half a surrogate pair is JSON, but nothing that can be written out again
    return value.strip().encode("utf-8", "replace").decode()


def _texts(line: Mapping[str, Any], name: str) -> list[str]:
    value = line.get(name)
    values = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise Fault(f"{name} is a list of texts")
    return [one.strip() for one in values if one.strip()]


def _count(line: Mapping[str, Any], name: str) -> int:
    value = line.get(name)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1_000_000:
        raise Fault(f"{name} is a number, 0 or more")
    return int(value)


def _flag(line: Mapping[str, Any], name: str) -> bool:
    value = line.get(name)
    if value is not None and not isinstance(value, bool):
        raise Fault(f"{name} is true or false")
    return bool(value)


def _known(line: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    """One of the choices; what is not known counts as none."""
    value = line.get(name)
    if value in (None, "", "unknown"):
        return "none"
    return _choice(value.replace("_", "-") if isinstance(value, str) else value, choices, name)


def _choice(value: Any, choices: tuple[str, ...], name: str) -> str:
    if value not in choices:
        raise Fault(f"{name} is one of {', '.join(choices)}; {value!r} is not")
    return value


def _day(value: Any) -> date:
    if value is None:
        return clock.now().date()
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Fault("on is a date, YYYY-MM-DD") from None


def _state(text: str) -> str:
    code = text.upper()
    code = code if code.startswith("US-") else f"US-{code}"
    if code not in rules.states():
        raise Fault(f"there are no rules for {text}; a state is written US-CA (50 states and US-DC)")
    return code


def _book(code: str) -> tuple[rules.State, list[dict[str, str]]]:
    """The state's rules; where its file is broken, the text that the house of this home has instead, and why."""
    if book := rules.state(code):
        return book, []
    told = " ".join(map(str, rules.broken(code)))
    if (book := _kept(code)) is None:
        raise Fault(f"{told} No sound text of {code} is kept here.")
    return book, [{"text": f"{told} The text researched {book.data['last_researched']} is used instead.", **BLANK}]


@cache
def _kept(code: str) -> rules.State | None:
    """The text in force today that a house kept or adopted; None where there is no house, or none that answers."""
    try:
        if not house.there():
            return None
        house.enter()
        from medassist.domain.delegation import queries

        return queries.shelf(code).on(clock.now().date())
    except Exception as why:  # whatever is wrong with the database, what is broken is told
        click.echo(f"The house could not be asked: {' '.join(str(why).split())}", err=True)
        return None


def _role(text: str) -> str:
    if text not in rules.acts().roles:
        raise Fault(f"{text} is not a role; roles: {', '.join(rules.acts().roles)}")
    return text


def _meant(act: str) -> list[dict[str, str]]:
    """For an act that no list names: what may have been meant."""
    if act in rules.acts():
        return []
    near = get_close_matches(act, _acts(), n=3)
    return [{"text": f"Was {' or '.join(near)} meant?", **BLANK}] if near else []


def _acts() -> list[str]:
    book = rules.acts()
    return [*book.clinical, *book.administrative, *book.house]


def batch(lines: Any) -> Iterator[str]:
    """One JSON answer a line, in the order of the lines; a line that can't be understood answers {"error": …}."""
    for line in lines:
        try:
            answer = ask(json.loads(line))
        except Fault as fault:
            answer = {"error": fault.message}
        except (ValueError, RecursionError):
            answer = {"error": "the line is not JSON"}
        yield json.dumps(answer, ensure_ascii=False)


class Command(click.Command):
    """Help that also lists the roles, the acts and the states."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what one can ask about."""
        book = rules.acts()
        for head, rows in (
            ("Roles", [(code, name) for code, name in book.roles.items()]),
            ("Clinical acts", [(code, act.name) for code, act in book.clinical.items()]),
            ("Administrative acts", [(code, act.name) for code, act in book.administrative.items()]),
            ("Acts of the house", [(code, act.name) for code, act in book.house.items()]),
        ):
            with formatter.section(head):
                formatter.write_dl(rows)
        with formatter.section("States"):
            formatter.write_text(" ".join(rules.states()))


@click.command("may", cls=Command)
@click.argument("act", required=False)
@click.option("--state", help="The state, as US-CA.")
@click.option("--role", help="The role, as medical-assistant; all of them are listed below.")
@click.option(
    "--credential",
    multiple=True,
    help="A credential in date, written as in the state's file; for a licensed "
    "role its license (MD, DO, NP, PA, RN, LPN). May be given more than once.",
)
@click.option("--order", type=click.Choice(ORDERS), help="The order there is.")
@click.option("--supervision", type=click.Choice(LEVELS), help="The supervision there is.")
@click.option("--delegator", multiple=True, metavar="KIND", help="Who delegates it: MD, DO, NP, RN …")
@click.option("--training-hours", type=click.IntRange(0), help="Hours of training on record for this act.")
@click.option("--demonstrations", type=click.IntRange(0), help="Witnessed demonstrations on record for this act.")
@click.option(
    "--policy",
    is_flag=True,
    help="The practice's written policy for this act is signed, its signer having read the file's free text.",
)
@click.option("--controlled", is_flag=True, help="The medicine is a controlled one.")
@click.option("--vaccine", is_flag=True, help="The medicine is a vaccine.")
@click.option("--agent", is_flag=True, help="Software asks, not a person.")
@click.option("--on", metavar="DATE", help="The day asked about, YYYY-MM-DD; today when absent.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object; then the exit status is 0 for every answer.")
@click.option(
    "--batch",
    "lines",
    type=click.File("r", encoding="utf-8", errors="replace"),
    metavar="FILE",
    help="JSON Lines in (- for standard input), one JSON answer a line out, in the same order.",
)
def may(act: str | None, as_json: bool, lines: Any, **given: Any) -> None:
    """May this role do this ACT in this state, with what is known? A fact that is not given is unknown, and unknown is
    never a yes.

    Answers allow, needs (with what would make it a yes) or deny (nothing local makes it a yes), with sources. Research
    notes with their dates, not legal advice. Without --json the exit status is the answer: 0 yes, 1 not.
    """
    if lines is not None:
        for line in batch(lines):
            click.echo(line)
        return
    answer = ask({"act": act, **given})
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    _tell(answer)


def _tell(answer: Mapping[str, Any]) -> None:
    """The answer for a person; on a no, the reason in one line on standard error and exit status 1."""
    head = f"{WORDS[answer['decision']]}: {rules.acts().name(answer['act'])}, {answer['jurisdiction']}"
    click.echo(head + (f" (confidence {answer['confidence']})" if answer["confidence"] else ""))
    for reason in answer["reasons"]:
        source = ", ".join(filter(None, (reason["citation"], reason["url"], _as_of(reason))))
        click.echo(f"  {reason['text']}" + (f"\n    {source}" if source else ""))
    if answer["needs"]:
        click.echo("What would make it a yes, all of it:")
        for need in answer["needs"]:
            click.echo(f"  {need['text']}")
    if answer["decision"] != "allow":
        why = answer["needs"][0]["text"] if answer["needs"] else answer["reasons"][0]["text"]
        click.echo(f"{WORDS[answer['decision']]}: {why}", err=True)
        sys.exit(1)


def _as_of(reason: Mapping[str, str]) -> str:
    if reason["as_of"]:
        return f"as of {reason['as_of']}"
    return "no date known" if reason["url"] else ""
