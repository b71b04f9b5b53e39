"""Settings of the tests: the product's own, on a PostgreSQL started for this run alone."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

home = Path(tempfile.mkdtemp(prefix="medassist-test-"))
home.chmod(0o711)
os.environ["MEDASSIST_HOME"] = str(home)
os.environ.setdefault("MEDASSIST_LOG_LEVEL", "ERROR")

from medassist.host.postgres import Server, system  # noqa: E402


def start() -> str:
    """A server for this run: the embedded one, or Debian's when MEDASSIST_TEST_POSTGRES says `system`."""
    debian = os.environ.get("MEDASSIST_TEST_POSTGRES") == "system"
    server = Server(home, fast=True, **({"binaries": system()} if debian else {}))
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() == owner:
            server.stop()
            shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    return server.start()


os.environ["MEDASSIST_DATABASE_URL"] = start()

from medassist.config.settings import *  # noqa: E402, F403
from medassist.config.settings import STORAGES  # noqa: E402

MEDASSIST_ROLE = False  # until the test database is there; tests/conftest.py takes the role then
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
