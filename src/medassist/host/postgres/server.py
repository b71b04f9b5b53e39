"""One embedded PostgreSQL server: its folder, its password, its life."""

import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import conninfo

from medassist.host import home
from medassist.host.postgres import binaries
from medassist.host.postgres.account import Account, choose, shared

OWNER = "medassist_owner"
DATABASE = "medassist"
_PORT = 5432  # names the socket file only: nothing listens on the network
_SOCKET_LIMIT = 107 - len(f"/.s.PGSQL.{_PORT}.lock")  # bytes that a socket address holds, less the file's name

# One office on one machine: little memory, no planning for long reports.
_USUAL = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A database that nobody will miss after a crash.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class Trouble(RuntimeError):
    """PostgreSQL does not start or stop, and why."""


class Server:
    """The PostgreSQL of one home: start() returns the owner's address, an already running server is adopted."""

    def __init__(
        self,
        home: Path | str,
        *,
        fast: bool = False,
        binaries: Path | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self.home = Path(home).absolute()
        self.fast = fast
        self._given = binaries
        self._say = say or (lambda text: None)
        self._account: Account | None = None
        self._programs: Path | None = None

    # --- places

    @property
    def place(self) -> Path:
        """The folder that the account owns: data, socket, log."""
        return (self.home / "postgres").resolve()

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.place / "data"

    @property
    def log(self) -> Path:
        """What PostgreSQL says while it runs."""
        return self.place / "postgres.log"

    @property
    def run(self) -> Path:
        """The folder of the socket; a short one elsewhere when the home's path is too long for a socket address."""
        here = self.place / "run"
        if len(os.fsencode(here)) <= _SOCKET_LIMIT:
            return here
        return Path("/tmp") / f"medassist-{self.account.uid}-{_digest(self.place)}"

    @property
    def account(self) -> Account:
        """Who runs PostgreSQL."""
        if self._account is None:
            self._account = choose(self.data)
        return self._account

    @property
    def programs(self) -> Path:
        """PostgreSQL's programs, where the account can start them."""
        if self._programs is None:
            self._programs = binaries.reachable(self._given or binaries.bundled(), self.account)
        return self._programs

    def address(self, database: str = DATABASE) -> str:
        """The owner's postgresql:// address of a database."""
        return f"postgresql://{OWNER}:{self._password()}@/{database}?host={quote(str(self.run), safe='')}&port={_PORT}"

    # --- life

    def start(self) -> str:
        """Start or adopt the server, make what is missing, and return the owner's address."""
        with self._alone():
            self._settle()
            self._initialize()
            if not self._adopt():
                self._launch()
            self._create_database()
        return self.address()

    def stop(self, patience: int = 12) -> None:
        """Stop the server in order; the hard way when it does not end in time. Nothing happens when none runs."""
        if not (self.data / "postmaster.pid").exists():
            return
        for mode in ("fast", "immediate"):
            if self.process() is None:
                break
            self._pg_ctl("stop", "-m", mode, "-t", str(patience))
        if (left := self.process()) is not None:
            left.kill()

    def process(self) -> psutil.Process | None:
        """The living postmaster, or None. A zombie and a stranger under its old number are not it."""
        try:
            process = psutil.Process(int(self._pidfile()[0]))
            alive = process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
        except (LookupError, ValueError, psutil.Error):
            return None
        return process if alive else None

    def answers(self) -> bool:
        """Whether a connection is made and a query answered."""
        try:
            with self._connect() as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except (psycopg.OperationalError, FileNotFoundError):
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- steps of a start

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Two starts of one home wait for each other."""
        with open(home.made(self.home) / "postgres.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _settle(self) -> None:
        """Make the folders; under /var/lib/medassist, linked from home, when the account can't reach home."""
        link = self.home / "postgres"
        if not link.exists() and not self.account.reaches(self.home):
            elsewhere = self._elsewhere()
            elsewhere.mkdir(exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(elsewhere)
        self.place.mkdir(exist_ok=True)
        self.run.mkdir(exist_ok=True)
        for folder in (self.place, self.run):
            self._own(folder)
        if link.is_symlink():
            self._say(f"The account {self.account.name} can't reach {self.home}: the database is in {self.place}")

    def _elsewhere(self) -> Path:
        """The folder for this home under /var/lib/medassist.

        What a home that was deleted left there is kept, and passed over: its password went with that home.
        """
        first = shared() / f"{self.home.name}-{_digest(self.home)}"
        others = (first.with_name(f"{first.name}-{n}") for n in count(2))
        folder = first
        while (folder / "data").exists():
            self._end_orphans(folder / "data")
            self._say(f"The database of an earlier home at {self.home} is kept in {folder}")
            folder = next(others)
        return folder

    def _own(self, folder: Path) -> None:
        if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), self.account.uid}:
            raise Trouble(f"{folder} belongs to somebody else")
        self.account.give(folder)
        if not self.account.reaches(folder):
            raise Trouble(f"The account {self.account.name} can't reach {folder}: open its parent folders to it (o+x)")

    def _initialize(self) -> None:
        """Make the data directory, whole or not at all."""
        if (self.data / "PG_VERSION").exists():
            return self._same_release()
        self._end_orphans(self.data)
        part = self.place / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        password = self.place / "password.part"
        password.write_text(self._password())
        self.account.give(password)
        command: list[str | Path] = [self.programs / "initdb", "-D", part, "-U", OWNER, f"--pwfile={password}"]
        command += ["--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8"]
        if binaries.version(self.programs, self.account) >= (17,):
            command += ["--locale-provider=builtin"]  # the same order of words on every machine, whatever its libc
        if self.fast:
            command += ["--no-sync"]
        done = self.account.run(command, capture_output=True, check=False)
        password.unlink()
        if done.returncode:
            raise Trouble(f"initdb failed: {done.stderr.strip()}")
        shutil.rmtree(self.data, ignore_errors=True)  # without PG_VERSION it never held a database
        part.rename(self.data)

    @staticmethod
    def _end_orphans(data: Path) -> None:
        """End a server whose home or data were deleted under it: it would take our socket with it when it notices."""
        for process in psutil.process_iter(["name", "cmdline"]):
            if process.info["name"] == "postgres" and str(data) in (process.info["cmdline"] or ()):
                with contextlib.suppress(psutil.Error):
                    process.kill()
                    process.wait(5)

    def _same_release(self) -> None:
        made = (self.data / "PG_VERSION").read_text().strip()
        ours = str(binaries.version(self.programs, self.account)[0])
        if made != ours:
            raise Trouble(f"The data in {self.data} is PostgreSQL {made}'s, the programs here are {ours}'s")

    def _adopt(self) -> bool:
        """Whether a server of this home already runs. Just killed, it can look alive: so it must answer."""
        until = time.monotonic() + 60
        while (process := self.process()) is not None and time.monotonic() < until:
            if self.answers():
                return True
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(0.1)
        if process is not None:
            raise Trouble(f"PostgreSQL (process {process.pid}) runs but does not answer; see {self.log}")
        self._sweep()
        return False

    def _sweep(self) -> None:
        """Remove what a killed server left; a zombie under its number would otherwise stop the next start."""
        for path in (self.data / "postmaster.pid", *self.run.glob(".s.PGSQL.*")):
            path.unlink(missing_ok=True)

    def _launch(self) -> None:
        settings = _USUAL | {"unix_socket_directories": str(self.run)} | (_FAST if self.fast else {})
        options = " ".join(shlex.quote(word) for key, value in settings.items() for word in ("-c", f"{key}={value}"))
        until = time.monotonic() + 15
        while True:
            done = self._pg_ctl("start", "-t", "60", "-l", str(self.log), "-o", options)
            if done == 0 and self.answers():
                return
            if time.monotonic() > until:
                raise Trouble(f"PostgreSQL does not start; see {self.log}:\n{self._tail()}")
            time.sleep(0.3)  # the last processes of a killed server may still hold its shared memory
            if self.process() is None:
                self._sweep()

    def _create_database(self) -> None:
        with self._connect() as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE}")

    # --- small things

    def _pg_ctl(self, *words: str) -> int:
        """Run pg_ctl; its output goes nowhere, because a server that inherits a pipe keeps its reader waiting."""
        command: list[str | Path] = [self.programs / "pg_ctl", "-D", self.data, "-w", "-s", *words]
        with open(os.devnull, "r+") as nothing:
            streams = {"stdin": nothing, "stdout": nothing, "stderr": nothing}
            return self.account.run(command, check=False, start_new_session=True, **streams).returncode

    def _pidfile(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:]) if self.log.exists() else ""

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.address("postgres"), autocommit=True, connect_timeout=3)

    def _password(self) -> str:
        return home.secret("postgres.password", home.made(self.home))


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]


def ensure(home: Path | str, **options: Any) -> dict[str, str]:
    """Start or adopt the server of a home; returns host, port, user, password and dbname."""
    return {key: str(value) for key, value in conninfo.conninfo_to_dict(Server(home, **options).start()).items()}
