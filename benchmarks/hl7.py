"""Reading HL7 v2: a message of twenty results to 103 values, beside bare splitting and the `hl7` library."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from medassist.codecs.hl7v2 import parse

MESSAGES, ROUNDS, SEED = 400, 5, 20261123
LIMIT_LIBRARY = 40.0  # times the library's rate, design/performance.md


def message(number: int, draw: random.Random) -> str:
    """One ORU^R01 with 20 OBX; the same for the same number and seed."""
    lines = [
        f"MSH|^~\\&|LABSYS|ACMELAB^11D1111111^CLIA|MEDASSIST|CLINIC|20261123120000-0500||ORU^R01^ORU_R01|M{number:07d}|P|2.5.1",
        f"PID|1||P{draw.randrange(10**6):06d}^^^CLINIC^MR||Family{draw.randrange(500)}^Given{draw.randrange(500)}^Q||19630415|F",
        "PV1|1|O|ROOM3",
        f"ORC|RE|ORD{number:07d}|FIL{number:07d}|||CM||||||1234567893^Doctor^Dora^^^^^^NPI^L^^^NPI",
        f"OBR|1|ORD{number:07d}|FIL{number:07d}|24323-8^Comprehensive metabolic panel^LN|||202611230800-0500",
    ]
    for at in range(1, 21):
        value = round(draw.uniform(1, 9), 1)
        lines.append(
            f"OBX|{at}|NM|{2000 + at}-{at % 10}^Analyte {at}^LN||{value}|mg/dL^mg/dL^UCUM|1.5-8.5|N|||F"
            "|||202611230800-0500||||||||Acme Laboratory^L"
        )
    lines.append("NTE|1|L|Fasting state reported \\T\\ not verified.")
    return "\r".join(lines) + "\r"


def split(text: str) -> list[str]:
    """The least that any reader must do."""
    found: list[str] = []
    for segment in [line.split("|") for line in text.split("\r")]:
        match segment[0]:
            case "PID":
                found += [segment[5].split("^")[0], segment[3].split("^")[0]]
            case "OBR":
                found.append(segment[4].split("^")[0])
            case "OBX":
                found += [segment[3].split("^")[0], segment[5], segment[6].split("^")[0], segment[7], segment[8]]
    return found


def ours(content: bytes) -> list[str]:
    """By our codec, from bytes."""
    read = parse(content)
    patient, order = read.first("PID"), read.first("OBR")
    assert patient and order
    found = [patient.get(5), patient.get(3), order.get(4)]
    for result in read.all("OBX"):
        found += result.firsts(3, 5, 6, 7, 8)
    return found


def library(text: str) -> list[str]:
    """By the `hl7` package; it is among the tools for tests."""
    import hl7

    read = hl7.parse(text)
    patient, order = read.segment("PID"), read.segment("OBR")
    found = [str(patient[5][0][0]), str(patient[3][0][0]), str(order[4][0][0])]
    for result in read.segments("OBX"):
        found += [str(result[3][0][0]), str(result[5]), str(result[6][0][0]), str(result[7]), str(result[8])]
    return found


def _rates(work: dict[str, tuple[Callable[[Any], Any], list[Any]]]) -> dict[str, float]:
    """Messages a second of processor time, medians of rounds in turn."""
    spent: dict[str, list[float]] = {name: [] for name in work}
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for name, (read, messages) in work.items():
            begun = time.process_time()
            for one in messages:
                read(one)
            spent[name].append((time.process_time() - begun) / len(messages))
    gc.unfreeze()
    return {name: 1 / statistics.median(one) for name, one in spent.items()}


def run() -> list[dict[str, Any]]:
    """The rows of `medassist bench hl7`."""
    draw = random.Random(SEED)
    texts = [message(number, draw) for number in range(MESSAGES)]
    contents = [text.encode() for text in texts]
    assert ours(contents[0]) == split(texts[0]) and len(ours(contents[0])) == 103
    work: dict[str, tuple[Callable[[Any], Any], list[Any]]] = {"ours": (ours, contents), "split": (split, texts)}
    try:
        assert library(texts[0]) == split(texts[0])
        work["library"] = (library, texts[:40])
    except ImportError:
        pass
    rates = _rates(work)
    rows = [_row("read 103 values of ORU^R01", rates["ours"], rates["split"], "bare str.split")]
    if "library" in rates:
        against = _row("read 103 values of ORU^R01", rates["ours"], rates["library"], "hl7 library")
        rows.append({**against, "ok": against["ratio"] >= LIMIT_LIBRARY})
    return rows


def _row(what: str, rate: float, other: float, peer: str) -> dict[str, Any]:
    return {
        "what": what, "n": MESSAGES, "throughput": round(rate), "unit": "messages/s",
        "p50_us": round(1e6 / rate, 1), "ratio": round(rate / other, 2), "peer": peer,
    }  # fmt: skip
