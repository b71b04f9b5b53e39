"""An office written into a file, brought back elsewhere, moved to another server: every row, and a sound trail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from medassist.host import archive, copying
from medassist.host.postgres import Server, system
from tests.host.machine import environment, free_port, new_home

pytestmark = pytest.mark.slow


def medassist(home: Path, *words: str, fails: bool = False, **more: str) -> str:
    """Run a command in a home; what it said."""
    more = {"MEDASSIST_HL7_PORT": str(free_port()), **more}
    command = [sys.executable, "-m", "medassist.interfaces.cli", *words]
    done = subprocess.run(command, env=environment(home, **more), capture_output=True, text=True, check=False)
    assert (done.returncode != 0) is fails, done.stderr
    return done.stderr if fails else done.stdout


WORK = """
from medassist.interfaces.cli import house; house.enter()
from medassist.domain.office import actions, inputs
from medassist.kernel import audit
from medassist.kernel.context import system_context
person = {"given": "Maya", "family": "Lund\\t\\\\N", "timezone": "America/Los_Angeles", "state": "US-CA"}
actions.set_up(system_context("cli"), inputs.SetUp.of(organization="Alder Street", site="Alder", **person))
audit.seal()
"""


@pytest.fixture(scope="module")
def office() -> Iterator[Path]:
    """A home in which somebody has worked."""
    with new_home() as home:
        medassist(home, "migrate", "--quiet")
        subprocess.run([sys.executable, "-c", WORK], env=environment(home), check=True)
        (home / "files").mkdir()
        (home / "files" / "scan.pdf").write_bytes(b"%PDF a scan")
        yield home


@pytest.fixture(scope="module")
def file(office: Path) -> Path:
    """Its backup."""
    target = office.parent / "office.backup"
    told = json.loads(medassist(office, "backup", str(target), "--json"))
    assert told["rows"] > 5 and told["bytes"] == target.stat().st_size
    return target


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    """What the database of a home holds."""
    server = Server(home)
    server.start()
    try:
        with psycopg.connect(server.address()) as line:
            return line.execute(query).fetchall()  # type: ignore[arg-type]
    finally:
        server.stop()


def test_a_backup_is_closed_to_others_and_holds_no_password_of_the_database(file: Path) -> None:
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as tar:
        names = tar.getnames()
    assert "home/secrets/audit.key" in names and "home/files/scan.pdf" in names
    assert not [name for name in names if "postgres" in name]
    assert not list(file.parent.glob(".*backup*"))


def test_it_comes_back_whole_in_another_home(office: Path, file: Path) -> None:
    with new_home() as home:
        told = json.loads(medassist(home, "restore", str(file), "--json"))
        assert "none changed, none missing" in told["trail"]
        assert (home / "files" / "scan.pdf").read_bytes() == b"%PDF a scan"
        assert (home / "secrets" / "audit.key").read_text() == (office / "secrets" / "audit.key").read_text()
        query = "select family from office_staff"
        assert rows(home, query) == rows(office, query) == [("Lund\t\\N",)]
        assert "has worked in this office" in medassist(home, "restore", str(file), fails=True)
        medassist(home, "restore", str(file), "--over")


def test_the_guards_are_on_again_after_a_restore(file: Path) -> None:
    with new_home() as home:
        medassist(home, "restore", str(file))
        off = "select tgrelid::regclass from pg_trigger where tgname like 'medassist%' and tgenabled = 'D'"
        assert rows(home, off) == []
        assert rows(home, "select count(*) > 20 from pg_trigger where tgname = 'medassist_guard'") == [(True,)]


@pytest.mark.parametrize("at", [0.3, 0.7])
def test_a_damaged_file_is_refused_before_anything_is_touched(file: Path, tmp_path: Path, at: float) -> None:
    content = bytearray(file.read_bytes())
    content[int(len(content) * at)] ^= 0xFF
    damaged = tmp_path / "damaged.backup"
    damaged.write_bytes(content)
    with pytest.raises(copying.Mismatch):
        archive.manifest(damaged)
    cut = tmp_path / "cut.backup"
    cut.write_bytes(file.read_bytes()[: len(content) // 2])
    with pytest.raises(copying.Mismatch):
        archive.manifest(cut)


def test_a_name_that_leads_out_of_the_home_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "evil.backup"
    with tarfile.open(file, "w:gz") as tar:
        outside = tmp_path / "x"
        outside.write_text("x")
        tar.add(outside, "home/../../evil")
    with pytest.raises(copying.Mismatch, match="outside the home"):
        archive.read_files(file, {"files": {"../../evil": ""}}, tmp_path / "home" / "deep")


@pytest.mark.skipif(system() is None, reason="Debian's PostgreSQL is not installed")
def test_it_moves_to_another_release_of_postgresql(office: Path) -> None:
    with new_home() as elsewhere, Server(elsewhere, binaries=system()) as server:
        said = medassist(office, "db", "move", server.address())
        assert "none changed, none missing" in said and "Everything is there" in said
        with psycopg.connect(server.address()) as line:
            assert line.execute("select family from office_staff").fetchall() == [("Lund\t\\N",)]
        assert "an empty one" in medassist(office, "db", "move", server.address(), fails=True)
        verified = medassist(office, "audit", "verify", "--json", MEDASSIST_DATABASE_URL=server.address())
        assert json.loads(verified)["ok"] is True


def test_psql_is_the_applications_role_and_writes_no_table_of_the_office(office: Path) -> None:
    asked = medassist(office, "db", "shell", "--", "-At", "-c", "select current_user")
    assert asked.strip() == "medassist_app"
    refused = medassist(office, "db", "shell", "--", "-c", "delete from office_staff", fails=True)
    assert "written by actions only" in refused
    assert os.environ.get("PGOPTIONS") is None


def test_daily_work_may_have_a_login_that_owns_nothing() -> None:
    with new_home() as database, new_home() as home, Server(database, fast=True) as server:
        both = {"MEDASSIST_DATABASE_URL": server.address()}
        medassist(home, "migrate", "--quiet", **both)
        with psycopg.connect(server.address(), autocommit=True) as line:
            line.execute("create role office login password 'secret' in role medassist_app")
        both["MEDASSIST_APP_DATABASE_URL"] = server.address().replace(
            server.address().split("//")[1].split("@")[0], "office:secret"
        )
        found = {one["what"]: one for one in json.loads(medassist(home, "check", "--json", **both))}
        assert found["roles"]["text"] == "works as medassist_app, signed in as office"
        medassist(home, "migrate", "--quiet", **both)
        assert json.loads(medassist(home, "audit", "verify", "--json", **both))["ok"] is True
