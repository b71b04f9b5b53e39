"""The authority: how long one decision takes, over every state and act, with little known and with everything there."""

from __future__ import annotations

import gc
import time
import tracemalloc
from datetime import date
from typing import Any

from medassist.domain.delegation import rules

ON = date(2026, 11, 23)
ROUNDS = 20
LIMIT_MEDIAN, LIMIT_P99 = 20.0, 50.0  # µs, design/performance.md


def cases(full: bool) -> list[rules.Case]:
    """One question for each state and act that has a class, asked by a medical assistant."""
    book = rules.acts()
    acts = [*book.clinical, *book.administrative]
    return [_case(code, act, full) for code in rules.states() for act in acts]


def _case(code: str, act: str, full: bool) -> rules.Case:
    who = rules.Standing(frozenset({"medical-assistant"}))
    if not full:
        return rules.Case(act, code, ON, who)
    state = rules.state(code)
    entry = state.entry(act)
    held = {row.credential for row in entry.rows} | {row.credential for row in entry.rows if row.any_of}
    skills = {act: rules.Skill(1000, 100, True)}
    who = rules.Standing(who.roles, tuple(rules.Held(name) for name in sorted(held)), (), skills)
    kind = sorted(entry.clause.delegators or {"MD"})[0]
    facts = rules.Facts(frozenset({"standing", "patient_specific"}), frozenset({kind}), {kind: 3})
    signed = (rules.Policy(state.hash, date(2026, 1, 1), date(2027, 1, 1)),)
    return rules.Case(act, code, ON, who, facts, {act: signed})


def measure(asked: list[rules.Case]) -> list[float]:
    """Microseconds of each decision, sorted; the files are laid out before."""
    for case in asked:
        rules.decide(case)
    took: list[int] = []
    clock, decide = time.perf_counter_ns, rules.decide
    gc.collect()
    for _ in range(ROUNDS):
        for case in asked:
            begun = clock()
            decide(case)
            took.append(clock() - begun)
    return sorted(ns / 1000 for ns in took)


def row(what: str, took: list[float]) -> dict[str, Any]:
    """One line of the table."""
    p50, p95, p99 = (took[int(len(took) * share)] for share in (0.5, 0.95, 0.99))
    return {
        "bench": "authority",
        "what": what,
        "n": len(took),
        "throughput": round(1e6 * len(took) / sum(took)),
        "unit": "decisions/s",
        "p50_us": round(p50, 2),
        "p95_us": round(p95, 2),
        "p99_us": round(p99, 2),
        "ok": p50 <= LIMIT_MEDIAN and p99 <= LIMIT_P99,
    }


def first_use() -> dict[str, Any]:
    """Reading and laying out all files, as the first question to each state does."""
    tracemalloc.start()
    begun = time.perf_counter()
    for code in rules.states():
        state = rules.book.State(code, (rules.book.DATA / "states" / f"{code[3:]}.json").read_bytes())
        for act in rules.acts().clinical:
            state.entry(act)
    took, (_, peak) = time.perf_counter() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {
        "bench": "authority",
        "what": "lay out all 51 files",
        "n": 51,
        "p50_us": round(took * 1e6 / 51, 1),
        "peak_mb": round(peak / 1e6, 1),
    }


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench authority`."""
    return [
        row("nothing known", measure(cases(full=False))),
        row("everything there", measure(cases(full=True))),
        first_use(),
    ]


if __name__ == "__main__":
    for line in run():
        print(line)
