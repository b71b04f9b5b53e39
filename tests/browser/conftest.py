"""A real house with its demo office, and real browsers that are signed in at it.

Pictures go to the folder that MEDASSIST_PICTURES names (docs/pictures keeps those of the product).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser.axe import faults
from tests.browser.chromium import CHROMIUM

sync = pytest.importorskip("playwright.sync_api")

HERE = Path(__file__).parent
SIZES = {1440: 900, 820: 1180, 390: 844}
STARTS_IN = 240  # seconds; a slow machine with other work on it
UNUSED = 240  # seconds after which a stay is left alone: the office locks it after five minutes
FRESH = 540  # seconds for which a link can be used: it ends after ten minutes
LINKS = """
import json
from medassist.interfaces.cli import house; house.enter()
from medassist.interfaces.web.access import demo
print(json.dumps({role: demo.path(role)[0] for role in demo.roles()}))
"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives a real browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _environment(home: Path, hl7: int) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MEDASSIST_DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    return {**kept, "MEDASSIST_HOME": str(home), "MEDASSIST_HL7_PORT": str(hl7)}


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "medassist.interfaces.cli", *words]


@dataclass
class House:
    """A running office."""

    url: str
    home: Path
    environment: dict[str, str]
    states: dict[str, tuple[float, Any]] = field(default_factory=dict)
    """By role: when somebody last sat down, and the cookies of that stay."""
    links: tuple[float, dict[str, str]] = (0.0, {})
    """When links were made, and by role the path of the one that is unused."""
    kept: dict[tuple[str, int], tuple[float, Seat]] = field(default_factory=dict)
    """Windows that are looked at one page after another, by role and width, and when one was last used."""

    def stay(self, role: str) -> Any:
        """The cookies of a stay that is not locked yet, if there is one."""
        at, state = self.states.get(role, (0.0, None))
        return state if time.monotonic() - at < UNUSED else None

    def window(self, role: str, width: int, open_it: Callable[[], Seat]) -> Seat:
        """The window that is kept for looking at pages; a new one costs the browser half a second."""
        at, seat = self.kept.get((role, width), (0.0, None))
        if seat is None or role and time.monotonic() - at > UNUSED:
            if seat is not None:
                seat.page.context.close()
            seat = open_it()
        seat.complaints.clear()
        self.kept[role, width] = time.monotonic(), seat
        return seat

    def link(self, role: str) -> str:
        """An address that signs the demo person of this role in, once; those of all roles are made together."""
        at, paths = self.links
        if role not in paths or time.monotonic() - at > FRESH:
            words = [sys.executable, "-c", LINKS]
            done = subprocess.run(words, env=self.environment, capture_output=True, text=True, check=True, timeout=60)
            self.links = time.monotonic(), json.loads(done.stdout)
        return self.url + self.links[1].pop(role)

    def somebody_comes(self) -> None:
        """Patients arrive, for tests that need one in the first lanes whatever the hour is."""
        words = [sys.executable, "-m", "tests.browser.coming"]
        subprocess.run(words, cwd=HERE.parents[1], env=self.environment, check=True, timeout=60)


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The product as `medassist run --demo` starts it, on ports of its own."""
    home, port = tmp_path_factory.mktemp("house"), _port()
    home.chmod(0o711)
    house = House(f"http://127.0.0.1:{port}", home, _environment(home, _port()))
    with (home.parent / "house.log").open("wb") as log:
        running = subprocess.Popen(
            _command("run", "--demo", "--port", str(port), "--workers", "1"),
            env=house.environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(house.url, running, home.parent / "house.log")
            yield house
        finally:
            running.send_signal(signal.SIGINT)
            try:
                running.wait(40)
            except subprocess.TimeoutExpired:
                running.kill()
            shutil.rmtree((home / "postgres").resolve(), ignore_errors=True)  # it lies outside the tests' own folder


def _wait(url: str, running: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + STARTS_IN
    while time.monotonic() < until:
        if running.poll() is not None:
            break
        try:
            if urllib.request.urlopen(f"{url}/readyz", timeout=5).status == 200:
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise AssertionError(f"the house did not open: {log.read_text()[-2000:]}")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """The browser of this machine; closed after these tests, as its loop keeps Django from the database."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with sync.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Seat:
    """One browser window of somebody; what it complained of is kept."""

    page: Any
    house: House
    complaints: list[str] = field(default_factory=list)
    looked_at: set[tuple[str, int]] = field(default_factory=set)
    """Pages by name and width that axe has gone through; in the other theme their colours alone are new."""

    def go(self, path: str) -> Seat:
        """Open a page of the house."""
        self.page.goto(self.house.url + path)
        return self

    def keys(self, *names: str) -> None:
        """Press keys, and wait for what each does: a letter acts once it is clear that no scanner types it."""
        self.page.wait_for_load_state()  # the keys of a page are heard from then on
        for name in names:
            self.page.keyboard.press(name)
            with contextlib.suppress(sync.Error):  # the key led to another page
                self.page.evaluate("new Promise(done => setTimeout(done, 60))")

    def type(self, text: str, delay: float = 60) -> None:
        """Type as a person does."""
        self.page.keyboard.type(text, delay=delay)

    def focused(self, expression: str) -> Any:
        """Something about what has the focus."""
        return self.page.evaluate(f"(one => {expression})(document.activeElement)")

    def until(self, expression: str, about: Any = None) -> None:
        """Wait until it is true of what has the focus (`one`) and of what is given (`about`)."""
        self.page.wait_for_function(f"about => (one => {expression})(document.activeElement)", arg=about)

    def turn(self, width: int, theme: str) -> Seat:
        """Make the window as large as that, and its system light or dark."""
        self.page.set_viewport_size({"width": width, "height": SIZES[width]})
        self.page.emulate_media(color_scheme=theme)
        return self

    def axe(self, **options: Any) -> list[str]:
        """What axe finds wrong on the page as it stands."""
        return faults(self.page, **(options or {"runOnly": RULES}))

    def picture(self, name: str) -> None:
        """Keep a picture of the page, where pictures are kept."""
        if folder := os.environ.get("MEDASSIST_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.mouse.move(0, 0)
            self.page.screenshot(path=Path(folder) / f"{name}.png", caret="initial")


@pytest.fixture
def seat(house: House, chromium: Any) -> Iterator[Callable[..., Seat]]:
    """Windows of people: seat("medical-assistant", 1440, "light"); role "" is nobody signed in."""
    contexts = []

    def sit(role: str = "medical-assistant", width: int = 1440, theme: str = "light", **more: Any) -> Seat:
        touched, stay, kept = more.pop("touched", width < 640), house.stay(role), more.pop("kept", False)
        context = chromium.new_context(
            viewport={"width": width, "height": more.pop("height", SIZES.get(width, 900))}, color_scheme=theme,
            has_touch=touched, is_mobile=touched, timezone_id="America/Los_Angeles",
            storage_state=stay, **more,
        )  # fmt: skip
        if not kept:
            contexts.append(context)
        seat = Seat(context.new_page(), house)
        seat.page.on("console", lambda said: seat.complaints.append(said.text) if said.type == "error" else None)
        seat.page.on("pageerror", lambda error: seat.complaints.append(str(error)))
        if role and stay is None:
            seat.page.goto(house.link(role))
            seat.page.wait_for_selector("body[data-signed-in]")
            stay = context.storage_state()
        house.states[role] = (time.monotonic(), stay)
        return seat

    sit.kept = lambda role, width, **more: house.window(  # type: ignore[attr-defined]
        role, width, lambda: sit(role, width, kept=True, **more)
    )
    yield sit
    for context in contexts:
        context.close()
