"""An outside tester's pack of rules for FHIR servers (pyfhircheck, `base-r4`) against the running server."""

import sys

import requests
from pyfhircheck import ApiTestOptions, ApiTestStatus, load_builtin_api_test_plan, run_api_tests

TYPES = ["Organization", "Endpoint", "Location", "HealthcareService", "OrganizationAffiliation"]


def main(base):
    failed = 0
    for kind in TYPES:
        page = requests.get(f"{base}/{kind}", params={"_count": 1}, timeout=30).json()
        assert page.get("entry"), f"{base} has no {kind}: {page}"
        resource = page["entry"][0]["resource"]
        given = {
            "resourceType": kind,
            "resourceId": resource["id"],
            "versionId": resource["meta"]["versionId"],
        }
        report = run_api_tests(base, load_builtin_api_test_plan("base-r4"), options=ApiTestOptions(inputs=given))
        for result in report.scenarios:
            if result.status is ApiTestStatus.PASS:
                continue
            failed += 1
            print(f"{kind} {resource['id']}: {result.id} {result.status}: {result.skip_reason or ''}")
            for assertion in getattr(result, "assertions", ()):
                if assertion.status is not ApiTestStatus.PASS:
                    print("   ", assertion)
        print(f"{kind}: {len(report.scenarios)} scenarios")
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1]) else 0)
