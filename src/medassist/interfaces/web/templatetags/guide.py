"""Tags of the guide: addresses that hold on the server and among files, shapes from the page itself, filled texts."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from medassist.interfaces.web.guide import phrases

register = template.Library()


@register.simple_tag(takes_context=True)
def to(context: template.Context, path: str = "", lang: str = "", anchor: str = "") -> str:
    """The address of a page of the guide, in the page's language unless another is named."""
    address = context["site"].to(path, lang or context["lang"])
    return f"{address}#{anchor}" if anchor else address


@register.simple_tag(takes_context=True)
def whole(context: template.Context, lang: str) -> str:
    """This page's whole address in a language; empty among files whose place nobody named."""
    return context["site"].whole(context["path"], lang)


@register.simple_tag(takes_context=True)
def asset(context: template.Context, name: str) -> str:
    """The address of a file of the look."""
    return context["site"].asset(name)


@register.simple_tag
@cache
def mk(state: str, label: str = "") -> SafeString:
    """The shape of a state; beside a word it is hidden from readers."""
    if state == "none" and not label:
        return mark_safe("")
    told = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(f'<svg class="mk" viewBox="0 0 16 16" {told}><use href="#m-{escape(state)}"/></svg>')


@register.simple_tag
def out(url: str, text: str = "", prop: str = "") -> SafeString:
    """A link to somebody else's page; only the text where what the data has is no address of the web."""
    told = escape(text or url)
    if not url.startswith(("http://", "https://")):
        return mark_safe(told)
    meaning = f' itemprop="{escape(prop)}"' if prop else ""
    return mark_safe(f'<a{meaning} href="{escape(url)}" rel="external noopener" target="_blank">{told}</a>')


@register.simple_tag
def say(text: str, **parts: Any) -> SafeString:
    """A frame text with its gaps filled."""
    filled = {name: conditional_escape(value) for name, value in parts.items()}
    return mark_safe(escape(text).format(**filled))


@register.simple_tag(takes_context=True)
def tell(context: template.Context, text: str) -> SafeString:
    """What the rules or the data say: sentences in the page's language, words of the data as they are, marked so."""
    return phrases.tell(context["lang"], text)


@register.simple_tag(takes_context=True)
def spoken(context: template.Context, text: str) -> SafeString:
    """The same for an attribute."""
    return phrases.spoken(context["lang"], text)


@register.simple_tag(takes_context=True)
def on_day(context: template.Context, when: date) -> str:
    """A day as the page's language writes it."""
    return phrases.day(context["lang"], when)


@register.simple_tag(takes_context=True)
def ref(context: template.Context, number: int | None) -> SafeString:
    """The number of a source, leading to it."""
    if not number:
        return mark_safe("")
    label = escape(context["t"]["source_number"].format(number=number))
    return mark_safe(f'<a class="ref" href="#src-{number}" aria-label="{label}">{number}</a>')


@register.filter
def part(book: Any, key: str) -> Any:
    """One entry of a mapping, by a key that is only known here."""
    return book.get(key, "") if hasattr(book, "get") else ""


@register.filter
def money(value: Any) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,}" if isinstance(value, int) else str(value)
