"""FHIR R4 as JSON: read and written, checked, its references and search values found. Knows nothing of this office."""

from medassist.codecs.fhir import moments
from medassist.codecs.fhir.moments import period
from medassist.codecs.fhir.outcome import issue, outcome
from medassist.codecs.fhir.references import local, referenced, rewrite
from medassist.codecs.fhir.text import Unreadable, dumps, loads
from medassist.codecs.fhir.validity import Fault, faults

__all__ = [
    "Fault", "Unreadable", "dumps", "faults", "issue", "loads", "local", "moments", "outcome", "period", "referenced",
    "rewrite",
]  # fmt: skip
