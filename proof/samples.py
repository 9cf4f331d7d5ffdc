"""A second validator (fhirkit, typed R4 models) over a page of every type and over the published Bundles."""

import pathlib
import subprocess
import sys
import tempfile
import json

import requests

TYPES = ["Organization", "Endpoint", "Location", "HealthcareService", "OrganizationAffiliation"]


def main(base, fhirkit):
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, address in [
            *[(kind, f"{base}/fhir/{kind}?_count=100") for kind in TYPES],
            ("brands", f"{base}/brands.json"),
            ("metadata", f"{base}/fhir/metadata"),
            ("missing", f"{base}/fhir/Organization/none"),
        ]:
            body = requests.get(address, timeout=60).json()
            file = pathlib.Path(folder) / f"{name}.json"
            file.write_text(json.dumps(body))
            files.append(str(file))
        wrong = pathlib.Path(folder) / "wrong.json"
        wrong.write_text(json.dumps({"resourceType": "Endpoint", "id": "x", "colour": "blue"}))
        run = subprocess.run([fhirkit, "validate", str(wrong)], capture_output=True, text=True)
        assert run.returncode != 0, "the validator passes a broken resource"
        run = subprocess.run([fhirkit, "validate", *files], capture_output=True, text=True)
        print(run.stdout[-3000:], run.stderr[-3000:])
        print(f"{run.stdout.count(': ok')} of {len(files)} files are valid")
        return run.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
