"""The Chromium that drives the pages: the one without windows and bars of its own where it is there, half the work."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("MEDASSIST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
"""Its path; "" where there is none."""
