"""OperationOutcome: what FHIR answers when something is wrong."""

from typing import Any


def issue(code: str, text: str, *, severity: str = "error", at: str = "", details: str = "") -> dict:
    """One issue; `code` is FHIR's IssueType, `at` a path like Patient.birthDate."""
    found: dict[str, Any] = {"severity": severity, "code": code}
    if details:
        found["details"] = {"text": details}
    found["diagnostics"] = text
    if at:
        found["expression"] = [at]
    return found


def outcome(*issues: dict) -> dict:
    """The resource that carries them."""
    return {"resourceType": "OperationOutcome", "issue": list(issues)}
