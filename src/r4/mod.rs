//! Our things as FHIR R4 resources: pure, no I/O.
