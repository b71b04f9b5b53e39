"""A page for each certification and state credential: its ways, examination, fees and renewal, as the data has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from medassist.domain.credentials import queries as credentials
from medassist.domain.delegation import rules
from medassist.interfaces.web.guide.leaf import Asked, Leaf, Sources, Told
from medassist.interfaces.web.guide.words import act, label, words

SURE = {
    "official": "good", "federal": "good", "state agency": "good", "copy of issuer document": "info",
    "official-historic": "info",
}  # fmt: skip
HEAD = ("code", "abbreviation", "name", "issuer", "level", "url", "name_collision", "status_warning", "states")
PARTS = ("eligibility", "exam", "validity_months", "renewal", "accredited_by")
SAID = ("value", "source", "confidence", "note")
NAMES = ("name", "who", "body", "for")
"""What a line of a list is called by, the first that it has."""


@dataclass(frozen=True)
class Line:
    """One thing that the file says: a label, its words, what lies under it, and where it was read."""

    label: str
    texts: tuple[str, ...] = ()
    own: bool = False
    """Whether the texts are the guide's words (yes, no, not found) rather than the data's."""
    quoted: bool = False
    """Whether the label is the data's."""
    note: str = ""
    ref: int | None = None
    as_of: str = ""
    confidence: str = ""
    under: tuple[Line, ...] = field(default=())

    @property
    def state(self) -> str:
        """The mark beside it."""
        return SURE.get(self.confidence, "watch")


def slug(code: str) -> str:
    """A credential's address: it keeps the issuer, since CCMA and NCMA each belong to two."""
    return code.lower()


def leaves() -> Iterator[Leaf]:
    """The list and a page for each."""
    yield Leaf("certifications", "guide/certifications.html", listed)
    for code in credentials.book().credentials:
        yield Leaf(f"certifications/{slug(code)}", "guide/certification.html", partial(certification, code))


def listed(lang: str, asked: Asked) -> Told:
    """Every certification with its issuer, what is known of its fee and how long it lasts."""
    t, file = words(lang)["certifications"], credentials.document("certifications.json")
    sources = Sources(file.sources)
    rows = [
        {
            "code": one.code,
            "slug": slug(one.code),
            "abbreviation": one.abbreviation,
            "name": one.name,
            "issuer": one.issuer,
            "level": one.level,
            "months": one.valid_months.value,
            "collision": sources.linked(one.raw.get("name_collision", "")),
            "warning": sources.linked(one.raw.get("status_warning", "")),
        }
        for one in credentials.book().credentials.values()
    ]
    keys = ("code", "abbreviation", "name", "issuer", "level", "months")
    columns = tuple((t[f"col_{key}"], key) for key in keys)
    return {
        "title": t["title"], "about": t["lead"], "rows": rows, "how": file.raw["how"],
        "not_found": file.raw["not_found"], "sources": sources.rows(), "table": ("certifications", columns),
    }  # fmt: skip


def certification(code: str, lang: str, asked: Asked) -> Told:
    """Everything that the file tells of one, in its order."""
    one, t = credentials.book().credentials[code], words(lang)["credential"]
    teller = Teller(lang, Sources(one.sources))
    raw = one.raw
    rest = {key: value for key, value in raw.items() if key not in (*HEAD, *PARTS)}
    parts = [(key, t[key], teller.lines(raw[key])) for key in PARTS if key in raw]
    parts += [("further", t["further"], further)] if (further := teller.lines(rest)) else []
    return {
        "title": t["title"].format(abbreviation=one.abbreviation, issuer=one.issuer),
        "about": t["about"].format(name=one.name, issuer=one.issuer),
        "one": one,
        "slug": slug(code),
        "collision": teller.sources.linked(raw.get("name_collision", "")),
        "warning": teller.sources.linked(raw.get("status_warning", "")),
        "same": [
            (slug(other.code), other.abbreviation, other.issuer)
            for other in credentials.book().credentials.values()
            if other.code != code and _stem(other) == _stem(one)
        ],
        "named": list(_named(code, lang)),
        "parts": [(*one, all(line == teller.nothing for line in one[2])) for one in parts],
        "sources": teller.sources.rows(),
    }


def _named(code: str, lang: str) -> Iterator[Told]:
    """The states whose files name it: in which words, for which acts, where that was read."""
    for one in rules.named(code):
        yield {
            "state": one.state,
            "wordings": one.wordings,
            "note": one.state.data["certification"]["note"],
            "acts": [act(lang, name) for name in one.acts],
            "sources": [one.state.data["sources"][at] for at in one.sources],
        }


def _stem(one: Any) -> str:
    """The letters that a credential goes by, without issuer or kind: CCMA of "CCMA-A, CCMA-C"."""
    return one.code.partition("-")[0]


class Teller:
    """Turns what a file says, however deep, into lines."""

    def __init__(self, lang: str, sources: Sources):
        self.lang, self.sources = lang, sources
        self.t = words(lang)["credential"]
        self.nothing = Line("", (self.t["not_found"],), own=True)

    def lines(self, raw: Any) -> list[Line]:
        """The lines of one part of the file; a part that is a single fact is one line without a label."""
        if isinstance(raw, list):
            return [self.line("", one) for one in raw]
        if isinstance(raw, Mapping) and not ({"value", "rule"} & set(raw)):
            said = self.line("", raw)
            return [*said.under, *([replace(said, under=())] if said.ref or said.note else [])]
        return [self.line("", raw)]

    def line(self, key: str, raw: Any) -> Line:
        """One line under its key."""
        name = label(self.lang, key) if key else ""
        if isinstance(raw, Mapping):
            return self._mapping(name, raw)
        if isinstance(raw, list) and any(isinstance(one, Mapping) for one in raw):
            return Line(name, under=tuple(self.line("", one) for one in raw))
        return self._plain(name, raw)

    def _plain(self, name: str, raw: Any) -> Line:
        if raw is None or raw == [] or raw == "not found":
            return Line(name, (self.t["not_found" if raw is None or raw else "none_named"],), own=True)
        if isinstance(raw, bool):
            return Line(name, (self.t["yes" if raw else "no"],), own=True)
        return Line(name, tuple(self.sources.linked(str(one)) for one in (raw if isinstance(raw, list) else [raw])))

    def _mapping(self, name: str, raw: Mapping[str, Any]) -> Line:
        called = next((key for key in NAMES if not name and isinstance(raw.get(key), str)), "")
        inner = {k: v for k, v in raw.items() if k not in (*SAID, called, "code") and not k.endswith("_source")}
        said = self.line("", raw["value"]) if "value" in raw else Line("")
        loose = [k for k in raw if k.endswith("_source") and k.removesuffix("_source") not in raw]
        under = (
            *said.under,
            *(one for key, value in inner.items() for one in self._cited(key, value, raw)),
            *(Line(label(self.lang, key), **self._source({"source": raw[key]})) for key in loose),
        )
        told = self._source(raw)
        return Line(name or str(raw.get(called, "")), said.texts, said.own, bool(called), under=under, **told)

    def _cited(self, key: str, value: Any, raw: Mapping[str, Any]) -> tuple[Line, ...]:
        """A field; its source may stand beside it under its own key (domains_source). What a way asks needs no word."""
        told = self.line(key, value)
        if key == "requires":
            return told.under
        if f"{key}_source" not in raw:
            return (told,)
        sure = raw.get(f"{key}_confidence", "")
        return (replace(told, **self._source({"source": raw[f"{key}_source"], "confidence": sure})),)

    def _source(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        said = str(raw.get("source", ""))
        name, _, more = said.partition(" ")
        ref = self.sources.ref(name)
        as_of = self.sources.linked(self.sources.known[name].as_of) if ref else ""
        note = self.sources.linked(" ".join(filter(None, (raw.get("note", ""), more))))
        return {"ref": ref, "as_of": as_of, "confidence": raw.get("confidence", "") if ref else "", "note": note}
