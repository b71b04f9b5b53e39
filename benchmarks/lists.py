"""Lists of programs: a big file read by its layout, beside csv.reader alone on the same file. The rows are made up."""

from __future__ import annotations

import csv
import resource
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from medassist.domain.credentials import rules

COLUMNS = 64
"""As many as a file of completions has, with its flags."""
NAMED = "UNITID,CIPCODE,MAJORNUM,AWLEVEL,XCTOTALT,CTOTALT"


def _made(path: Path, megabytes: int) -> None:
    """Completions in which one row of 250 is in 51.0801."""
    rest = COLUMNS - NAMED.count(",") - 1
    tail, size, at = ',"R"' * rest, 0, 0
    with path.open("w") as file:
        file.write(NAMED + "".join(f",X{index}" for index in range(rest)) + "\n")
        while size < megabytes * 1_000_000:
            at += 1
            code = "51.0801" if not at % 250 else f"52.{at % 9999:04d}"
            size += file.write(f'{100_000 + at % 900_000},"{code}",1,{2 + at // 900_000},"R",{at % 90}{tail}\n')


def _memory() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def run(megabytes: int = 110) -> list[dict[str, Any]]:
    """The row of `medassist bench lists`; the memory is what this process had at most."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "completions.csv"
        _made(path, megabytes)
        begun = time.perf_counter()
        with path.open(newline="") as file:
            rows = sum(1 for _ in csv.reader(file))
        floor, before, begun = time.perf_counter() - begun, _memory(), time.perf_counter()
        with path.open("rb") as lines:
            told, faults = rules.read_list("ipeds-completions", path.name, lines, date(2024, 6, 30))
        took = time.perf_counter() - begun
    return [
        {
            "bench": "lists", "what": f"{megabytes} MB of completions", "n": rows, "throughput": round(rows / took),
            "unit": "rows/s", "ratio": round(floor / took, 2), "peer": "csv.reader alone", "told": len(told),
            "bad": len(faults), "grown_mb": _memory() - before, "memory_mb": _memory(),
        }
    ]  # fmt: skip
