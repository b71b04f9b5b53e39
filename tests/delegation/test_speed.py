"""A decision is cheap enough to be asked before every write."""

import importlib.util
from pathlib import Path


def test_a_decision_takes_microseconds(monkeypatch):
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "authority.py"
    spec = importlib.util.spec_from_file_location("bench_authority", path)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    monkeypatch.setattr(bench, "ROUNDS", 2)
    for full in (False, True):
        took = bench.measure(bench.cases(full))
        # 20 µs on a quiet machine; a busy one is given ten times that
        assert took[len(took) // 2] <= 10 * bench.LIMIT_MEDIAN
