"""Who may import whom: the layers of pyproject.toml, and what import-linter can't say."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "medassist"
DOMAINS = sorted(one.parent.name for one in (PACKAGE / "domain").glob("*/apps.py"))
OPEN = {"actions", "queries", "inputs"}


def test_layers_levels_and_rules_are_kept() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def test_the_code_has_no_faults_that_ruff_knows() -> None:
    ruff = Path(sys.executable).parent / "ruff"
    command = [ruff, "check", "--no-cache", "--output-format", "concise", "src", "tests", "scripts"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def test_domains_meet_only_through_actions_queries_and_inputs() -> None:
    wrong = [
        f"{file.relative_to(PACKAGE)}: {name}"
        for domain in DOMAINS
        for file in (PACKAGE / "domain" / domain).rglob("*.py")
        for name in imported(file)
        if (parts := name.split("."))[:2] == ["medassist", "domain"]
        and len(parts) > 3
        and parts[2] != domain
        and parts[3] not in OPEN
    ]
    assert not wrong, "\n".join(wrong)


def test_no_interface_touches_a_domains_table() -> None:
    wrong = [
        f"{file.relative_to(PACKAGE)}: {name}"
        for file in (PACKAGE / "interfaces").rglob("*.py")
        for name in imported(file)
        if name.startswith("medassist.domain.") and "models" in name.split(".")[3:]
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_says_its_duty(domain: str) -> None:
    text = ast.get_docstring(ast.parse((PACKAGE / "domain" / domain / "__init__.py").read_text()))
    assert text and len(text) > 20


def test_every_module_says_what_it_holds() -> None:
    mute = [
        str(file.relative_to(ROOT))
        for file in PACKAGE.rglob("*.py")
        if "migrations" not in file.parts and file.stat().st_size and not ast.get_docstring(ast.parse(file.read_text()))
    ]
    assert not mute, "\n".join(mute)


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "helpers", "misc", "common", "util", "helper"}
    assert not [str(one.relative_to(ROOT)) for one in PACKAGE.rglob("*") if one.stem in empty]


def test_only_the_configuration_and_the_machine_read_the_environment() -> None:
    readers = {"config", "host", "interfaces/cli"}
    wrong = [
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if not any(file.is_relative_to(PACKAGE / one) for one in readers)
        and any(word in file.read_text() for word in ("os.environ", "os.getenv"))
    ]
    assert not wrong, "\n".join(wrong)


def imported(file: Path) -> Iterator[str]:
    """The names that a module imports in earnest, types for the checker left out."""
    tree = ast.parse(file.read_text())
    package = ["medassist", *file.relative_to(PACKAGE).parent.parts]
    for node in _outside_type_checking(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{one.name}" for one in node.names)


def _outside_type_checking(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from _outside_type_checking(node)
