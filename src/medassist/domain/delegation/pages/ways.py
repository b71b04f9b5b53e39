"""What this office offers towards a yes: a link for each need that somebody can meet on a page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from medassist.kernel import reading
from medassist.kernel.context import Context
from medassist.kernel.ruling import Ruling

# need -> (act that opens the page, address, words, label)
PLACES = {
    "policy": ("house.sign_policy", "policies", "Sign the practice's policy", "Policies"),
    "practice": ("house.sign_policy", "policies", "Change the practice's policy", "Policies"),
    "credential": ("house.manage_credentials", "credentials", "Record and verify the credential", "Credentials"),
    "licence": ("house.manage_credentials", "credentials", "Record and verify the license", "Credentials"),
    "training-hours": ("house.sign_off", "credentials", "Sign off the training", "Skills"),
    "demonstrations": ("house.sign_off", "credentials", "Sign off what you have seen done", "Skills"),
    "competency": ("house.sign_off", "credentials", "Sign off what you have seen done", "Skills"),
}
MINE = {"text": "See all that you may do here, and why", "sub": "", "url": "may-mine", "label": "What may I do"}


def ways(request: HttpRequest, ruling: Ruling) -> list[dict[str, str]]:
    """The ways that are open to the person who asks; always the page of their own rulings."""
    ctx = getattr(request, "context", None)
    found = [PLACES[need.code] for need in ruling.needs if need.code in PLACES] if ctx else []
    offered = [
        {"text": text, "sub": "", "url": url, "label": label}
        for act, name, text, label in dict.fromkeys(found)
        if (url := _address(name)) and ctx is not None and reading.may(ctx, act, "office").allowed
    ]
    return [*offered, {**MINE, "url": _address("may-mine")}] if _clinical(ruling) else offered


def _clinical(ruling: Ruling) -> bool:
    return not ruling.rule.startswith("house/")


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def signs_policies(ctx: Context) -> bool:
    """Whether this person may sign the practice's policies."""
    return reading.may(ctx, "house.sign_policy", "office").allowed


def must(ctx: Context, act: str, subject: str) -> None:
    """Go on only if this person may; the refusal stays in the trail."""
    if not reading.may(ctx, act, subject).allowed:
        reading.opening(ctx, subject, act)
