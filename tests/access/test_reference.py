"""The page of roles says what the authority reads."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_page_of_roles_is_up_to_date():
    told = subprocess.run([sys.executable, ROOT / "scripts/roles", "--check"], check=False)
    assert told.returncode == 0, "acts.json has changed: run scripts/roles"
