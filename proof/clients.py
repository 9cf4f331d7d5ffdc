"""A real client of another maker (fhirpy) pages through everything; the manifest of the newest night says how much."""

import sys

import requests
from fhirpy import SyncFHIRClient

TYPES = ["Organization", "Endpoint", "Location", "HealthcareService", "OrganizationAffiliation"]


def main(base):
    rows = {file["name"]: file["rows"] for file in requests.get(f"{base}/data/manifest.json", timeout=60).json()["files"]}
    client = SyncFHIRClient(f"{base}/fhir")
    wrong = 0
    for kind in TYPES:
        seen = set()
        total = client.resources(kind).count()
        for resource in client.resources(kind).limit(200):
            assert resource["id"] not in seen, f"{kind}/{resource['id']} came twice"
            seen.add(resource["id"])
        expected = rows[f"{kind}.ndjson.zst"]
        print(f"{kind}: {len(seen)} read, {total} counted, {expected} in the manifest")
        wrong += len(seen) != expected or total != expected
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1]) else 0)
