"""Taking in the demo's bundles: checked, adopted, indexed, audited.

Every run makes new ids, so that a later run is like the first.
"""

from __future__ import annotations

import gzip
import re
import resource
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from medassist import demo
from medassist.interfaces.fhir import files, load
from medassist.kernel.context import system_context

HAPI = 277  # resources a second and processor: published by its maker's competitor on 8 processors, see performance.md
DATA = Path(demo.__file__).parent / "data"
_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def copies(into: Path, bundles: int) -> list[Path]:
    """The demo's bundles with fresh ids."""
    run = uuid.uuid4()
    made: dict[bytes, bytes] = {}

    def fresh(m: re.Match[bytes]) -> bytes:
        return made.setdefault(m[0], str(uuid.uuid5(run, m[0].decode())).encode())

    paths = []
    for file in sorted(DATA.glob("*.json.gz"), key=lambda p: (files._rank(p.name), p.name))[:bundles]:
        paths.append(into / file.name.removesuffix(".gz"))
        paths[-1].write_bytes(_ID.sub(fresh, gzip.decompress(file.read_bytes())))
    return paths


def run(bundles: int = 40) -> list[dict[str, Any]]:
    """The rows of `medassist bench importing`: the first time, and the same files again."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        paths = copies(Path(folder), bundles)
        for what in ("bundles, new", "the same again"):
            begun = time.perf_counter()
            report = load.load(system_context("cli"), paths)
            took = time.perf_counter() - begun
            count = report.new + report.changed + report.unchanged
            rows.append({
                "bench": "importing", "what": what, "n": count, "throughput": round(count / took),
                "unit": "resources/s", "bad": len(report.bad), "ratio": round(count / took / HAPI, 2),
                "peer": "HAPI, published, one processor",
                "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            })  # fmt: skip
    return rows
