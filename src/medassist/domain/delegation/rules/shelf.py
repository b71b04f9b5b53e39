"""The files of the package as they lie there: each is checked when it is first opened, and a broken one is not used."""

from __future__ import annotations

from functools import cache, lru_cache

from medassist.codecs.places import Fault
from medassist.domain.delegation.rules.book import DATA, State, acts, states
from medassist.domain.delegation.rules.checks import faults_of


@lru_cache(maxsize=256)
def read(code: str, raw: bytes, called: str = "") -> tuple[State | None, tuple[Fault, ...]]:
    """A state's file laid open to its last entry, or what is wrong in what is called so. Never both."""
    name = f"{code[3:]}.json"
    try:
        if faults := faults_of(name, raw, called):
            return None, tuple(faults)
        book = State(code, raw)
        for act in acts().clinical:
            book.entry(act)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # a shape that no check foresaw is a fault of the file, never of whoever asks for a ruling
        return None, (Fault(called or name, 1, 1, f"this does not have the shape of a state's file ({error!r})."),)
    return book, ()


@cache
def _lying(code: str) -> tuple[State | None, tuple[Fault, ...]]:
    name = f"{code[3:]}.json"
    try:
        return read(code, (DATA / "states" / name).read_bytes())
    except OSError as error:
        return None, (Fault(name, 1, 1, f"the file can't be read: {error.strerror}."),)


def state(code: str) -> State | None:
    """One state's file by US-XX; None when there is none, or none that can be used."""
    return _lying(code)[0] if code in states() else None


def broken(code: str) -> tuple[Fault, ...]:
    """What is wrong in the package's file of a state; nothing when it is sound."""
    return _lying(code)[1] if code in states() else ()


def known(code: str) -> State:
    """The file of a state that was looked up before; KeyError when there is none."""
    if (found := state(code)) is None:
        raise KeyError(code)
    return found
