"""What this API can do, told to machines: CapabilityStatement and SMART's document. Only what is true stands here."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version

from medassist.codecs import fhir
from medassist.codecs.fhir import parameters, query
from medassist.codecs.fhir.validity import resource_types
from medassist.interfaces.fhir import writing

KEPT = resource_types() - {"Bundle", "Parameters", "OperationOutcome"}
READS = ("read", "vread", "history-instance", "search-type")


@lru_cache(maxsize=8)
def statement(base: str) -> bytes:
    """The CapabilityStatement."""
    return fhir.dumps({
        "resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-23", "kind": "instance",
        "publisher": "medassist", "fhirVersion": "4.0.1", "format": ["json", "application/fhir+json"],
        "software": {"name": "medassist", "version": version("medassist")},
        "implementation": {"description": "The record of this medical office", "url": base},
        "rest": [{
            "mode": "server",
            "documentation": "Dates without a time zone are read in the house's one zone. An unknown search parameter "
                             "is an error unless Prefer: handling=lenient is sent.",
            "security": {
                "cors": False,
                "service": [{"coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR",
                }]}],
                "description": "Bearer tokens with SMART system scopes, given out by the office's manager.",
            },
            "resource": [_resource(kind) for kind in sorted(KEPT)],
            "searchParam": [_parameter(p) for p in parameters.everywhere().values()],
        }],
    })  # fmt: skip


def _resource(kind: str) -> dict:
    codes = [*READS, *writing.interactions(kind)]
    known = parameters.of(kind)
    found = {
        "type": kind,
        "profile": f"http://hl7.org/fhir/StructureDefinition/{kind}",
        **({"supportedProfile": claimed} if (claimed := writing.profiles(kind)) else {}),
        "interaction": [{"code": code} for code in codes],
        "versioning": "versioned-update" if "update" in codes else "versioned",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": "create" in codes,
        "conditionalRead": "not-match",
    }
    references = sorted(c for c, p in known.items() if p.type == "reference")
    if references:
        found["searchInclude"] = [f"{kind}:{code}" for code in references]
    served = [p for p in known.values() if p.type != "composite" or p.code.startswith("code-value-")]
    return {**found, "searchParam": [_parameter(p) for p in served]} if served else found


def _parameter(p: parameters.Parameter) -> dict:
    told = {"name": p.code, "definition": p.url, "type": p.type}
    modifiers = sorted(query.MODIFIERS[p.type] - {""})
    return {**told, "documentation": f"modifiers: {', '.join(modifiers)}"} if modifiers else told


@lru_cache(maxsize=8)
def smart(base: str) -> bytes:
    """SMART's document. There is no authorization server here: tokens come from the office, so none is named."""
    return fhir.dumps(
        {
            "scopes_supported": ["system/*.read", "system/*.write", "system/*.cruds", "system/*.rs"],
            "capabilities": ["permission-v1", "permission-v2"],
        }
    )
