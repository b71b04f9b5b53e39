"""What was typed and not yet sent when the screen locked. Sealed, for its person alone, given back once."""

from __future__ import annotations

from urllib.parse import urlsplit

import orjson
from django.http import HttpRequest

from medassist.interfaces.web.access import sealed
from medassist.interfaces.web.models import Sitting

WHERE = "drafts"  # the session's key for the pages that have one
LONGEST = 100_000  # characters of one page
MOST = 10  # pages
Fields = list[list[str]]


def keep(request: HttpRequest, sitting: Sitting, path: str, text: str) -> None:
    """Keep the fields of one page: a list of [form, name, value]."""
    fields, page = _fields(text), urlsplit(path).path
    kept = {one: each for one, each in _kept(sitting).items() if one in request.session.get(WHERE, [])}
    if fields and (page in kept or len(kept) < MOST):
        kept[page] = fields
        request.session[WHERE] = list(kept)
        Sitting.objects.filter(pk=sitting.pk).update(draft=sealed.seal(kept))


def _fields(text: str) -> Fields:
    if not text or len(text) > LONGEST:
        return []
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    plain = isinstance(told, list) and all(
        isinstance(one, list) and len(one) == 3 and all(isinstance(part, str) for part in one) for one in told
    )
    return told if plain else []


def _kept(sitting: Sitting) -> dict[str, Fields]:
    text = Sitting.objects.filter(pk=sitting.pk).values_list("draft", flat=True).first()
    return sealed.unseal(text) if text else {}


def waits(request: HttpRequest) -> bool:
    """Whether this page has a draft that waits."""
    return request.path in request.session.get(WHERE, [])


def take(request: HttpRequest, sitting: Sitting, path: str) -> Fields:
    """The fields of this page; afterwards they are kept no longer."""
    if path not in request.session.get(WHERE, []):
        return []
    kept = _kept(sitting)
    found = kept.pop(path, [])
    request.session[WHERE] = list(kept)
    Sitting.objects.filter(pk=sitting.pk).update(draft=sealed.seal(kept) if kept else "")
    return found
