"""Lists of programs from elsewhere, read by their layout: what each tells, or what is wrong in it and where."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from medassist.codecs.places import Fault
from medassist.domain.credentials.rules import dapip
from medassist.domain.credentials.rules.checks import COLUMNS
from medassist.domain.credentials.rules.layouts import LAYOUTS
from medassist.domain.credentials.rules.lines import Columns, Layout, Line, Places, Told

MOST_FAULTS = 50
LONGEST = 500
"""Characters of one value; the longest note of the shipped file has half of that."""
Found = dict[tuple[str, str], Told]


def read_list(
    layout: str, file: str, lines: Iterable[bytes], as_of: date, places: Places | None = None
) -> tuple[list[Told], list[Fault]]:
    """All that a list tells, or what is wrong in it. A list with one fault tells nothing.

    `places` has the federal numbers of the locations that a list calls by its own numbers (`read_places`).
    """
    return _Reading(layout, LAYOUTS[layout], file, as_of, places or {}).all(lines)


def read_places(file: str, lines: Iterable[bytes], as_of: date) -> tuple[Places, list[Fault]]:
    """The federal numbers of each location of DAPIP, from its file InstitutionCampus, or what is wrong in it."""
    told, faults = _Reading("dapip", dapip.CAMPUSES, file, as_of, {}).all(lines)
    return {one.key.partition("/")[2]: tuple(one.value.split()) for one in told}, faults


class _Reading:
    """One file on its way in, line by line."""

    def __init__(self, name: str, layout: Layout, file: str, as_of: date, places: Places) -> None:
        self.name, self.layout, self.file, self.as_of, self.places = name, layout, file, as_of, places
        self.told: Found = {}
        self.faults: list[Fault] = []

    def all(self, lines: Iterable[bytes]) -> tuple[list[Told], list[Fault]]:
        """What all rows tell, or what is wrong."""
        reader = csv.reader(_texts(lines, strict=not self.layout.whole), strict=True)
        try:
            self._rows(reader)
        except csv.Error as error:
            self.faults.append(Fault(self.file, reader.line_num, 1, f"this is no CSV: {error}."))
        except UnicodeDecodeError as error:
            words = "this is neither UTF-8 nor Windows-1252 text." if self.layout.whole else "this is no UTF-8 text."
            self.faults.append(Fault(self.file, reader.line_num + 1, error.start + 1, words))
        if self.faults:
            return [], self.faults
        told = list(self.told.values())
        return self.layout.summed(told) if self.layout.summed else told, []

    def _rows(self, reader: Any) -> None:
        head: list[str] = next(reader, [])
        if wrong := _head_fault(self.layout, head):
            self.faults.append(Fault(self.file, 1, *wrong))
            return
        columns = _columns(self.layout, head)
        for row in reader:
            if row:
                wrong_here = self._row(columns, row, reader.line_num)
                self.faults += [Fault(self.file, reader.line_num, column, why) for column, why in wrong_here]
            if len(self.faults) >= MOST_FAULTS:
                return

    def _row(self, columns: Columns, row: list[str], number: int) -> list[tuple[int, str]]:
        """Put what one row tells to the rest; what is wrong in it."""
        if len(row) != columns.width and (len(row) < columns.width or any(map(str.strip, row[columns.width :]))):
            at = min(len(row), columns.width) + 1
            return [(at, f"a row has {columns.width} columns; this one has {len(row)}.")]
        line = Line(row, columns, self.as_of, self.places)
        fields = list(self.layout.fields(line))
        if fields and "\0" in "".join(row):
            at = next(at for at, text in enumerate(row, 1) if "\0" in text)
            return [(at, "there is a character that no text has.")]
        if fields:
            self._keep(line, fields, number)
        return line.wrong

    def _keep(self, line: Line, fields: list[tuple[str, str, str]], number: int) -> None:
        as_of, url = self.as_of, self.layout.url or line.said("source_url")
        if not self.layout.url and (text := line.said("as_of")):
            as_of = _day(line, text) or as_of
        for key, name, value in fields:
            before, again = self.told.get((key, name)), self.layout.again
            if before and not again:
                line.wrong.append((1, f"{key} stands in line {before.line} already."))
                return
            stays = before and again and again(before.value, value) != value
            if max(len(value), len(key), len(url)) > LONGEST:
                line.wrong.append((1, f"the {name} of {key[:80]} is longer than {LONGEST} characters."))
            elif value and not stays:
                self.told[key, name] = Told(key, name, value, url, as_of, self.name, number)


def _texts(lines: Iterable[bytes], strict: bool) -> Iterator[str]:
    """Each line as text. Federal files are UTF-8 in some years and Windows-1252 in others; some begin with a mark."""
    for index, line in enumerate(lines):
        try:
            yield line.decode("utf-8-sig" if index == 0 else "utf-8")
        except UnicodeDecodeError:
            if strict:
                raise
            yield line.decode("cp1252")


def _plain(name: str) -> str:
    """The name of a column as it is compared: files of some years have a space after the last one, or small letters."""
    return name.strip().upper()


def _columns(layout: Layout, head: list[str]) -> Columns:
    names = [_plain(name) for name in head]
    return Columns({name: names.index(_plain(name)) for name in layout.needs}, len(head))


def _head_fault(layout: Layout, head: list[str]) -> tuple[int, str] | None:
    """The first needed column that is missing or there twice."""
    names = [_plain(name) for name in head]
    if layout is LAYOUTS["scorecard"] and "CREDLEV" in names:
        return names.index("CREDLEV") + 1, (
            "this is the field of study file: its four-digit codes do not tell medical assisting from its family, so "
            "no program is taken from it."
        )
    if not layout.whole and tuple(head) != COLUMNS:
        at = next((i for i, name in enumerate(COLUMNS) if i >= len(head) or head[i] != name), len(COLUMNS))
        want = COLUMNS[at] if at < len(COLUMNS) else "nothing more"
        return at + 1, f"the columns have changed: here stands {want} by the layout."
    for name in layout.needs:
        if (number := names.count(_plain(name))) != 1:
            at = len(names) - names[::-1].index(_plain(name)) if number else len(names) + 1
            return at, f"the columns have changed: {name} {'is there twice' if number else 'is missing'}."
    return None


def _day(line: Line, text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        line.fault("as_of", f"as_of is a day like 2026-05-31, or empty; {text} is not.")
        return None
