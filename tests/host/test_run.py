"""`medassist run`: opens, serves, survives the death of each part, closes without leftovers."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator

import psutil
import pytest

from medassist.host.postgres import Server
from tests.host.machine import Running, all_gone, new_home, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house() -> Iterator[Running]:
    """An open house for the tests of this file, in their order."""
    with new_home() as home:
        running = Running(home)
        running.start()
        until(running.ready, 60, "the house opens")
        yield running
        with contextlib.suppress(psutil.NoSuchProcess):
            everyone = running.family()
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.stop()
            for one in everyone:
                with contextlib.suppress(psutil.Error):
                    one.kill()
            psutil.wait_procs(everyone, 20)


def _child(house: Running, word: str) -> psutil.Process:
    return next(one for one in house.family()[1:] if word in _words(one))


def _words(process: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


def test_it_is_ready_when_every_part_is(house: Running) -> None:
    state = house.state()
    assert state.pop("ready") is True
    assert set(state) == {"database", "reactions", "schedule", "sealer", "hl7", "house"}
    assert house.get("/healthz") == (200, "ok\n")


def test_its_gauges_are_read_on_this_machine(house: Running) -> None:
    until(lambda: "medassist_reactions_waiting 0" in house.get("/metrics")[1], 15, "the gauges are there")


def test_a_second_one_of_the_same_home_is_refused(house: Running) -> None:
    second = Running(house.home)
    second.start()
    assert second.process
    said, _ = second.process.communicate(timeout=20)
    assert second.process.returncode == 1
    assert said.startswith("Error: this house is open already")


def test_a_used_port_is_named(house: Running) -> None:
    with new_home() as home:
        other = Running(home)
        other.port = house.port
        other.start()
        assert other.process
        said, _ = other.process.communicate(timeout=20)
        assert other.process.returncode == 1
        assert f"port {house.port} can't be used" in said and "--port" in said


@pytest.mark.parametrize("word", ["jobs", "serve"])
def test_a_killed_child_comes_back(house: Running, word: str) -> None:
    before = _child(house, word)
    workers = before.children(recursive=True)
    before.kill()
    all_gone([before, *workers], 5)
    until(lambda: any(word in _words(one) for one in house.family()[1:]), 10, "it is started again")
    until(house.ready, 30, "the house is ready again")


def test_a_killed_web_worker_comes_back_alone(house: Running) -> None:
    server = _child(house, "serve")
    workers = server.children()
    assert len(workers) == 2
    workers[0].kill()
    until(lambda: len([one for one in server.children() if one.status() != "zombie"]) == 2, 15, "two workers again")
    until(house.ready, 20, "the house is ready again")
    assert server.is_running()


def test_a_killed_database_comes_back(house: Running) -> None:
    database = Server(house.home).process()
    assert database
    database.kill()
    until(lambda: Server(house.home).process() not in (None, database), 15, "PostgreSQL is started again")
    until(house.ready, 30, "the house is ready again")


def test_children_die_with_their_parent_and_the_next_start_adopts_the_database(house: Running) -> None:
    everyone = house.family()
    database = Server(house.home).process()
    everyone[0].kill()
    assert house.process
    house.process.wait()
    all_gone(everyone, 5)
    assert Server(house.home).process() == database
    house.start()
    until(house.ready, 30, "the house opens again")
    assert Server(house.home).process() == database


def test_after_a_kill_of_everything_it_opens_again_within_30_seconds(house: Running) -> None:
    everyone = house.family()
    database = Server(house.home).process()
    assert database
    everyone += [database, *database.children(recursive=True)]
    for one in everyone:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    assert house.process
    house.process.wait()
    house.start()
    until(house.ready, 30, "the house opens again")


def test_it_stops_within_20_seconds_and_leaves_no_process(house: Running) -> None:
    everyone = house.family()
    database = Server(house.home).process()
    assert database
    everyone += [database, *database.children(recursive=True)]
    begun = time.monotonic()
    said = house.stop()
    assert time.monotonic() - begun < 20
    assert house.process and house.process.returncode == 0
    assert said.endswith("Closed.\n")
    all_gone(everyone, 1)


def test_a_second_start_is_quick(house: Running) -> None:
    begun = time.monotonic()
    house.start()
    until(house.ready, 20, "the house opens")
    assert time.monotonic() - begun < 20
