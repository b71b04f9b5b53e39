"""The account that PostgreSQL runs under: ours, or another one when we are root (PostgreSQL refuses root)."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Where data goes when the account can't reach our home; root's own homes are 0700 on most systems.
SHARED = Path("/var/lib/medassist")


@dataclass(frozen=True)
class Account:
    """An account of this machine, and how to run a command as it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(self, command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess:
        """Run a command as this account, in a folder that every account can reach."""
        if self.switch:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        options = {"check": False, **options}
        return subprocess.run([str(part) for part in command], cwd="/", env=environment, text=True, **options)

    def reaches(self, path: Path) -> bool:
        """Whether this account may pass into the folder: asked of the system, so that ACLs count too."""
        if not self.switch:
            return os.access(path, os.X_OK)
        return self.run(["test", "-x", path], check=False).returncode == 0

    def runs(self, program: Path) -> bool:
        """Whether this account can start the program, libraries included."""
        try:
            return self.run([program, "--version"], capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def give(self, path: Path) -> None:
        """Make the account the owner of a folder, closed to others."""
        path.chmod(0o700)
        if self.switch:
            os.chown(path, self.uid, self.gid)


def choose(data: Path) -> Account:
    """The owner of the data where there is some; else ourselves; else, as root, an account without rights."""
    if os.geteuid() != 0:
        return _account(pwd.getpwuid(os.geteuid()), switch=False)
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return _account(pwd.getpwuid(owner), switch=True)
    return _account(_unprivileged(), switch=True)


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise LookupError("PostgreSQL can't run as root, and this machine has neither an account postgres nor nobody")


def _account(entry: pwd.struct_passwd, switch: bool) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch)


def open_folder(path: Path) -> Path:
    """A folder that every account may pass through, whatever our umask says of new ones."""
    for folder in [*reversed(path.parents), path]:
        if not folder.exists():
            folder.mkdir()
            folder.chmod(0o755)
    return path


def shared() -> Path:
    """The folder for what another account must reach."""
    return open_folder(SHARED)


def copy_for_everyone(tree: Path, target: Path) -> None:
    """Copy a tree so that every account can read it, whole or not at all."""
    part = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(tree, part, symlinks=True)
    for path in [part, *part.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
    try:
        part.rename(target)
    except OSError:  # another start was quicker
        shutil.rmtree(part)
