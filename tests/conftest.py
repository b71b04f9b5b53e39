"""What all tests share: the database with its locks on, and authorities that say yes or no."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as tries
from pytest_django.plugin import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from medassist.kernel import clock, guard
from medassist.kernel.context import SYSTEM, Context

# The same examples in every run, so that no build fails by chance; MEDASSIST_EXPLORE=1 tries others each time
tries.register_profile("suite", deadline=None, derandomize=True, database=None)
tries.register_profile("explore", deadline=None)
tries.load_profile("explore" if os.environ.get("MEDASSIST_EXPLORE") else "suite")

KEPT = {"django_content_type", "auth_permission", "django_migrations"}
TESTS = Path(__file__).resolve().parent
SHARED = TESTS.parent.parent / "shared"


LONGEST = ("access/test_browser.py", "browser/", "access/test_every_url.py", "host/", "delegation/test_reader.py")
"""What takes minutes comes first, so that two processes end together; of the rest, each in its folder's order."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first."""
    items.sort(key=_turn)


class Together(LoadScopeScheduling):
    """Where tests run in several processes, a file stays in one; what drives a browser shares one house."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if "/browser/" in file else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """How tests are dealt out; xdist's own groups are lost in pytest 9.2, which keeps no `_nodeid`."""
    return Together(config, log)


def _turn(item: pytest.Item) -> int:
    name = item.path.relative_to(TESTS).as_posix()
    return next((at for at, one in enumerate(LONGEST) if name.startswith(one)), len(LONGEST))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database, from then on used as the application's role, as in the product; its owner takes it down."""
    with django_db_blocker.unblock():
        connection.close()
        settings.MEDASSIST_ROLE = True
    yield
    with django_db_blocker.unblock():
        connection.close()
        settings.MEDASSIST_ROLE = False


@cache
def _emptying() -> str:
    """One message for all tables; asking for their names after each test would take as long again."""
    tables = [t for t in connection.introspection.table_names() if t not in KEPT]
    deleting = "; ".join(f'DELETE FROM "{table}"' for table in tables)
    return (
        f"RESET ROLE; SET session_replication_role = replica; {deleting}; "
        f"{guard.SYSTEM_ACTOR}; SET session_replication_role = origin; SET ROLE {guard.ROLE}"
    )


def _empty(self: TransactionTestCase) -> None:
    """Empty the tables as the database's owner, past the locks that the product never opens."""
    with connection.cursor() as cursor:
        cursor.execute(_emptying())
    (Path(settings.MEDASSIST_HOME) / "newest-seal.json").unlink(missing_ok=True)
    from medassist.domain.people.actions import words  # needs Django

    words.forget()  # a process remembers which words of names it wrote


TransactionTestCase._fixture_teardown = _empty  # type: ignore[method-assign]


@pytest.fixture
def yes(settings) -> None:
    """An authority that allows everything."""
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_yes"


@pytest.fixture
def no(settings) -> None:
    """An authority that allows nothing."""
    settings.MEDASSIST_AUTHORITY = "medassist.kernel.testing.always_no"


@pytest.fixture
def ctx() -> Context:
    """The system's own context."""
    return Context(SYSTEM, "test", clock.now())


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material beside the project; tests that need it skip without it."""
    if not SHARED.is_dir():
        pytest.skip("the shared material is not beside this checkout")
    return SHARED
