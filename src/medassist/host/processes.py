"""Processes that stay together: children in their own sessions, started again when they die, stopped in order."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import psutil

_PR_SET_PDEATHSIG = 1
_SLOWEST = 15.0  # seconds between two starts of something that keeps dying
_SOUND = 30.0  # seconds after which a start counts as good


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int | None = None) -> None:
    """Have the kernel kill this process when the one that started it dies, however that dies. Linux only.

    `parent` is that one's number: should it have died before we asked, we end at once.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Child:
    """One long-running process and its fate. `patience` is how long it may take to stop."""

    name: str
    command: Sequence[str]
    patience: float = 6.0
    env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    _wait: float = 0.0
    _next: float = 0.0
    _begun: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C in a terminal reaches the parent alone."""
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(die_with_parent, os.getpid()),  # safe: the parent has one thread
        )
        self.starts += 1
        self._begun = time.monotonic()

    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def tend(self, say: Callable[[str], None]) -> None:
        """Start it again when it died; ever more slowly when it keeps dying."""
        if self.alive():
            return
        now = time.monotonic()
        if self.process is not None:
            say(f"{self.name} ended ({_how(self.process.returncode)}); starting it again")
            self._sweep()
            self._wait = 0.3 if now - self._begun > _SOUND else min(max(self._wait * 2, 0.3), _SLOWEST)
            self.process, self._next = None, now + self._wait
        if now >= self._next:
            self.start()

    def stop(self) -> None:
        """Ask it to end, wait, and end what is left of its session."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        self._sweep()
        self.process.wait()

    def _sweep(self) -> None:
        """Kill whatever is left in the child's session."""
        assert self.process is not None
        for left in session(self.process.pid):
            with contextlib.suppress(psutil.Error):
                left.kill()


def session(leader: int) -> list[psutil.Process]:
    """The living processes of one session."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit {code}"


class Group:
    """The one parent: starts its children in order, keeps them alive, stops them the other way round."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children = list(children)
        self._say = say
        self._asked = False

    @contextlib.contextmanager
    def signals(self):  # type: ignore[no-untyped-def]
        """Within: the first signal asks to stop, a second one changes nothing, and none is passed on."""
        before = {one: signal.signal(one, self._stop_asked) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield self
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    @property
    def asked_to_stop(self) -> bool:
        """Whether somebody asked us to end."""
        return self._asked

    def _stop_asked(self, *_: object) -> None:
        self._asked = True

    def run(self, *also: Callable[[], None], pause: float = 0.25) -> None:
        """Keep everything alive until asked to stop; `also` is looked after in the same round."""
        while not self._asked:
            for child in self.children:
                child.tend(self._say)
            for work in also:
                self._attempt(work)
            time.sleep(pause)

    def _attempt(self, work: Callable[[], None]) -> None:
        """One piece of work; the parent survives its failure, because everything else hangs on it."""
        try:
            work()
        except Exception as error:
            self._say(f"{type(error).__name__}: {error}")

    def stop(self) -> None:
        """Stop in order; everything is asked before anything is waited for long."""
        for child in reversed(self.children):
            child.stop()
