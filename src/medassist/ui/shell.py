"""What stands around every page: the office, the rooms of the product, who is signed in, what was just done."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.module_loading import import_string

THEMES = ("light", "dark")
DENSITIES = ("compact", "usual", "roomy")
_hook = cache(import_string)


def shell(request: HttpRequest) -> dict[str, Any]:
    """A context processor. The settings name the function that knows the office: "office", "rooms", "me"."""
    path = getattr(settings, "MEDASSIST_SHELL", "")
    return {"look": look(request), "toasts": Toasts(request), **(_hook(path)(request) if path else {})}


def look(request: HttpRequest) -> dict[str, str]:
    """Light or dark, and how dense: this browser's choice, so that the page never flashes in the other."""
    theme, _, density = request.COOKIES.get("look", "").partition(".")
    return {
        "theme": theme if theme in THEMES else "",
        "density": density if density in DENSITIES[::2] else "",
    }


class Toasts:
    """What was said since the last page; saying it once takes it away."""

    def __init__(self, request: HttpRequest):
        self.request = request

    def __iter__(self) -> Iterator[dict[str, str]]:
        for one in get_messages(self.request):
            state, _, undo = one.extra_tags.partition(" ")
            yield {"text": one.message, "state": state, "undo": undo}


def banner(patient: Any) -> dict[str, Any]:
    """The patient banner's content, from the function that the settings name."""
    return _hook(settings.MEDASSIST_BANNER)(patient)
