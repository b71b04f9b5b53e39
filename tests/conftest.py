"""What all tests share: the database with its locks on, and authorities that say yes or no."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from medassist.kernel import clock, guard
from medassist.kernel.context import SYSTEM, Context

KEPT = {"django_content_type", "auth_permission", "django_migrations"}
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run in several processes, a file stays in one; what drives a browser shares one house."""
    for item in items:
        browser = "browser" in item.path.parts
        item.add_marker(pytest.mark.xdist_group("browser" if browser else str(item.path)))


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


def _empty(self: TransactionTestCase) -> None:
    """Empty the tables as the database's owner, past the locks that the product never opens."""
    tables = [t for t in connection.introspection.table_names() if t not in KEPT]
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE; SET session_replication_role = replica")
        cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in tables))
        cursor.execute(f"{guard.SYSTEM_ACTOR}; SET session_replication_role = origin; SET ROLE {guard.ROLE}")
    (Path(settings.MEDASSIST_HOME) / "newest-seal.json").unlink(missing_ok=True)


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
