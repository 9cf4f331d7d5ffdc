"""The published Brands Bundle against the profiles, by an outside validator (pyfhircheck), every resource of it.

The validator is tried on broken copies first: one that finds nothing would prove nothing.
"""

import copy
import sys

import requests
from pyfhircheck import Validator
from pyfhircheck.config import ValidatorConfig

import profiles

# What the validator says wrongly, with why it is wrong.
WRONG = {}


def validator(definitions, folder):
    paths = [definitions, str(profiles.write(folder))]
    return Validator(ValidatorConfig.load_dict({"fhirVersion": "4.0.1", "localPackagePaths": paths}))


def faults(checks, bundle):
    report = checks.validate_resource(profiles.claimed(bundle))
    return [issue for issue in report.errors if issue.code not in WRONG]


def first(bundle, kind):
    return next(entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind)


def broken(bundle):
    """Copies with one fault each, and what the fault is about."""
    small = {key: value for key, value in bundle.items() if key != "entry"}
    kinds = ["Organization", "Endpoint"]
    entries = [next(e for e in bundle["entry"] if e["resource"]["resourceType"] == kind) for kind in kinds]
    small["entry"] = entries
    for kind, spoil, about in [
        ("Organization", lambda it: it.pop("telecom"), "telecom"),
        ("Organization", lambda it: it.pop("name"), "name"),
        ("Organization", lambda it: it["type"][0]["coding"][0].update(code="castle"), "type"),
        ("Endpoint", lambda it: it.pop("contact"), "contact"),
        ("Endpoint", lambda it: it["connectionType"].update(code="direct-project"), "connectionType"),
        ("Endpoint", lambda it: it.pop("address"), "address"),
    ]:
        one = copy.deepcopy(small)
        spoil(first(one, kind))
        yield one, about


def main(base, definitions, folder):
    answer = requests.get(f"{base}/brands.json", headers={"Accept": "application/json, application/fhir+json"}, timeout=60)
    assert answer.status_code == 200, answer.status_code
    assert answer.headers.get("access-control-allow-origin") == "*", "no CORS without an Origin"
    assert answer.headers.get("etag", "").startswith("W/"), "no weak ETag"
    bundle = answer.json()
    assert bundle["type"] == "collection" and bundle["timestamp"] and bundle["entry"]
    checks = validator(definitions, folder)
    for one, about in broken(bundle):
        named = [issue for issue in faults(checks, one) if about in str(issue.path)]
        assert named, f"the validator does not see a broken {about}"
    found = faults(checks, bundle)
    for issue in found[:30]:
        print(issue.code, issue.path, issue.message)
    print(f"brands: {len(bundle['entry'])} resources, {len(found)} errors")
    return found


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)
