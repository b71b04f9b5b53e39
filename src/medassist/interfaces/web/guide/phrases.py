"""What the rules say, in a page's language: sentences by their pattern, days, words of the data marked as English."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from html import escape
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from medassist.domain.credentials.rules.said import PARTS, Said
from medassist.interfaces.web.guide.words import DATA, LANGUAGES, words

WORD = re.compile(r"[^\W\d_]{2}")


@cache
def phrases(lang: str) -> Mapping[str, str]:
    """The patterns of the rules' sentences in a language that is not theirs."""
    return json.loads((DATA / f"phrases.{lang}.json").read_bytes())


def tell(lang: str, text: str) -> SafeString:
    """A sentence of the rules; what is none comes from the data and stays in its own words, marked so."""
    if lang == LANGUAGES[0]:
        return mark_safe(escape(text))
    if not isinstance(text, Said):
        return quoted(text)
    if text.pattern == PARTS:
        return mark_safe(escape(text.values["by"]).join(tell(lang, one) for one in text.values["parts"]))
    filled = {name: _value(lang, one) for name, one in text.values.items()}
    return mark_safe(escape(phrases(lang)[text.pattern]).format(**filled))


def _value(lang: str, one: Any) -> Any:
    if isinstance(one, date):
        return day(lang, one)
    return tell(lang, one) if isinstance(one, str) else one


def spoken(lang: str, text: str) -> SafeString:
    """The same for an attribute, which can't carry a mark of language."""
    return mark_safe(strip_tags(tell(lang, text)))


def quoted(text: str) -> SafeString:
    """Words of the data on a page of another language; numbers need no mark."""
    told = escape(text)
    return mark_safe(f'<span lang="en">{told}</span>' if WORD.search(text) else told)


def day(lang: str, on: date) -> str:
    """A day as the language writes it."""
    t = words(lang)["day"]
    return t["whole"].format(day=on.day, month=t["months"][on.month - 1], year=on.year)
