"""Birth dates: read in whatever order they are said, partial ones kept as such; ages as they are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from medassist.domain.people.rules.names import fold

OLDEST = 122  # years; the greatest age anybody is proven to have reached (Jeanne Calment, 1997)
_FHIR = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12, "ene": 1, "abr": 4, "ago": 8, "dic": 12, "set": 9,
}  # fmt: skip
_NUMBERS = re.compile(r"\d+")
_WORDS = re.compile(r"[^\W\d_]+")
_FILLERS = {"de", "del", "of", "the", "st", "nd", "rd", "th", "born", "dob", "b"}
_FULL_MONTHS = (
    "january february march april may june july august september october november december "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre"
).split()


@dataclass(frozen=True, slots=True)
class Read:
    """What a text says about a birth date: readings as ISO, the likeliest first; or why it says none."""

    readings: tuple[str, ...] = ()
    why: str = ""

    @property
    def first(self) -> str:
        """The likeliest reading, "" when there is none."""
        return self.readings[0] if self.readings else ""


def read(text: str, today: date) -> Read:
    """Read a birth date as anybody may write it: 3/4/83, 4 Mar 1983, 19830304, 1983. Months come first when unclear."""
    said = fold(text).strip()
    if not said:
        return Read(why="Enter a birth date.")
    wordy = [word for word in _WORDS.findall(said) if word not in _FILLERS]
    months = [month for word in wordy if (month := _month(word))]
    if len(wordy) > 1 or len(months) < len(wordy):
        return Read(why=f"“{text.strip()[:40]}” is no date. Write it like 3/4/1983 or Mar 4, 1983.")
    numbers = _NUMBERS.findall(said)
    tried = list(_with_month(months[0], numbers) if months else _with_numbers(numbers))
    dates = list(dict.fromkeys(iso for year, month, day in tried if (iso := _iso(year, month, day, today))))
    return Read(tuple(dates)) if dates else Read(why=_why(text, tried, today))


def _month(word: str) -> int:
    """The month that a word names or begins to name, else 0."""
    if len(word) >= 3 and any(full.startswith(word) for full in _FULL_MONTHS) or word == "sept":
        return _MONTHS.get(word[:3], 0)
    return 0


Parts = tuple[str, int, int]  # year as written, month and day; 0 where not said


def _with_month(month: int, numbers: list[str]) -> Iterator[Parts]:
    if len(numbers) == 1:
        yield numbers[0], month, 0
    elif len(numbers) == 2:
        one, two = numbers
        if len(one) == 4:
            yield one, month, int(two[:3])
        else:
            yield two, month, int(one[:3])
            if len(two) <= 2:
                yield one, month, int(two)


def _with_numbers(numbers: list[str]) -> Iterator[Parts]:
    if len(numbers) == 1:
        yield from _run(numbers[0])
    elif len(numbers) == 2:
        one, two = numbers
        if len(one) == 4:
            yield one, int(two[:3]), 0
        elif len(two) == 4:
            yield two, int(one[:3]), 0
    elif len(numbers) == 3:
        one, two, three = numbers
        if len(one) == 4:
            yield one, int(two[:3]), int(three[:3])
        else:
            yield three, int(one[:3]), int(two[:3])
            yield three, int(two[:3]), int(one[:3])


def _run(digits: str) -> Iterator[Parts]:
    """Digits in one run: a year, or month day year, or year month day."""
    if len(digits) == 4:
        yield digits, 0, 0
    elif len(digits) == 8:
        yield digits[4:], int(digits[:2]), int(digits[2:4])
        yield digits[:4], int(digits[4:6]), int(digits[6:])
        yield digits[4:], int(digits[2:4]), int(digits[:2])
    elif len(digits) == 6:
        yield digits[4:], int(digits[:2]), int(digits[2:4])
        yield digits[4:], int(digits[2:4]), int(digits[:2])
        yield digits[:2], int(digits[2:4]), int(digits[4:])


def _iso(year: str, month: int, day: int, today: date) -> str:
    """The ISO form of a reading that is a real day, not after today and not of somebody past all ages; else ""."""
    if len(year) not in (2, 4):
        return ""
    full = int(year)
    if len(year) == 2:
        full += 2000
        if (full, month or 1, day or 1) > (today.year, today.month, today.day):
            full -= 100
    if not (today.year - OLDEST - 10 <= full <= today.year) or _not_real(full, month, day):
        return ""
    if (full, month, day) > (today.year, today.month, today.day):
        return ""
    return _text(full, month, day)


def _not_real(year: int, month: int, day: int) -> bool:
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return True
    return False


def _text(year: int, month: int, day: int) -> str:
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if month and day else "")


def _why(text: str, tried: list[Parts], today: date) -> str:
    """Why no reading holds, in the words of somebody who means well."""
    for year, month, day in tried:
        if len(year) == 4 and int(year) > today.year:
            return f"{year} is still to come."
        if len(year) == 4 and int(year) < today.year - OLDEST - 10:
            return f"Somebody born in {int(year)} would be {today.year - int(year)} years old."
        if month > 12 or day > 31:
            continue
        if len(year) in (2, 4) and month and _not_real(_full(year), month, day):
            return f"{_NAMES[month - 1]} has no day {day}" + (f" in {_full(year)}." if month == 2 else ".")
        if len(year) == 4 and (int(year), month, day) > (today.year, today.month, today.day):
            return "This day is still to come."
    return f"“{text.strip()[:40]}” is no date. Write it like 3/4/1983 or Mar 4, 1983."


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


_NAMES = [name.capitalize() for name in _FULL_MONTHS[:12]]


def fhir_faults(text: str) -> list[str]:
    """What is wrong with a FHIR date (a year, a month or a day)."""
    match = _FHIR.fullmatch(text)
    if not match:
        return [f"“{text[:20]}” is no date of the form 1983-03-04, 1983-03 or 1983."]
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if year == 0 or (match[2] and not 1 <= month <= 12):
        return [f"There is no month {match[2]}." if year else "There is no year 0000."]
    if match[3] and (day == 0 or _not_real(year, month, day)):
        return [f"{_NAMES[month - 1]} has no day {day}" + (f" in {year}." if month == 2 else ".")]
    return []


def doubts(text: str, today: date) -> list[str]:
    """What is unlikely about a birth date that is a real date."""
    if text[:10] > today.isoformat()[: len(text)]:
        return [f"Born {said(text)}: this is still to come."]
    if today.year - int(text[:4]) > OLDEST:
        return [f"Born {said(text)}: that is {today.year - int(text[:4])} years ago."]
    return []


def day_of(text: str) -> date | None:
    """The date where the day is known, else None."""
    return date.fromisoformat(text) if len(text) == 10 else None


def said(text: str) -> str:
    """A birth date as it is read: Mar 4, 1983; Mar 1983; 1983."""
    if not text:
        return ""
    year, *rest = text.split("-")
    if not rest:
        return year
    month = _NAMES[int(rest[0]) - 1][:3]
    return f"{month} {int(rest[1])}, {year}" if len(rest) == 2 else f"{month} {year}"


def age(text: str, on: date) -> str:
    """An age as it is told: 6 d, 7 wk, 14 mo, 8 y 1 mo, 43 y; of a partial date in years; "" when unknown."""
    if not text or text[:4] > f"{on.year:04}":
        return ""
    born = day_of(text)
    if born is None:
        return f"about {on.year - int(text[:4])} y"
    days = (on - born).days
    if days < 0:
        return ""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if days < 14:
        return f"{days} d"
    if days < 84:
        return f"{days // 7} wk"
    if months < 24:
        return f"{months} mo"
    years, rest = divmod(months, 12)
    return f"{years} y {rest} mo" if years < 12 and rest else f"{years} y"


def slips(text: str) -> list[str]:
    """Days for which this one is easily taken: day and month changed about, one digit off, ten years off."""
    born = day_of(text)
    if born is None:
        return []
    year, month, day = born.year, born.month, born.day
    tens = [(y, month, day) for y in (year - 10, year + 10, year - 1, year + 1)]
    others = [(year, day, month), *tens]
    others += [(year, month, d) for d in (day - 1, day + 1, day - 10, day + 10)]
    others += [(year, m, day) for m in (month - 1, month + 1, month - 10, month + 10)]
    last = year % 100
    others.append((year - last + int(f"{last:02}"[::-1]), month, day))
    real = (_text(*one) for one in others if 0 < one[1] < 13 and 0 < one[2] < 32 and not _not_real(*one))
    return [one for one in dict.fromkeys(real) if one != text]
