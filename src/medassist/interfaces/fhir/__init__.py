"""FHIR R4 in and out: the API under /fhir/R4, and the import of bundles and NDJSON files."""
