"""The profiles of SMART User-access Brands (SMART App Launch 2.2.0) as differentials, for the outside validator.

Written from the tables of the specification; the code system of categories is the one the value set is taken from,
with the five codes that the R4 copy of it does not have yet.
"""

import json
import pathlib

SD = "http://hl7.org/fhir/StructureDefinition/"
UAB = "http://hl7.org/fhir/smart-app-launch/StructureDefinition/"
CATEGORIES = "http://hl7.org/fhir/smart-app-launch/ValueSet/user-access-category"
ORGANIZATION_TYPE = "http://terminology.hl7.org/CodeSystem/organization-type"
CODES = {
    "prov": "Healthcare Provider",
    "ins": "Insurance Company",
    "laboratory": "Laboratory",
    "imaging": "Imaging Center",
    "pharmacy": "Pharmacy",
    "health-information-network": "Health Information Network",
    "health-data-aggregator": "Health Data Aggregator",
}


def element(path, low=None, high=None, **more):
    made = {"id": path, "path": path}
    if low is not None:
        made["min"] = low
    if high is not None:
        made["max"] = high
    made.update(more)
    return made


def profile(name, kind, elements):
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": UAB + name,
        "name": name.replace("-", ""),
        "status": "active",
        "fhirVersion": "4.0.1",
        "kind": "resource",
        "abstract": False,
        "type": kind,
        "baseDefinition": SD + kind,
        "derivation": "constraint",
        "differential": {"element": [element(kind), *elements]},
    }


def extension(name, parts):
    """An extension of parts, each with its type; or of one value when `parts` is a type."""
    elements = [element("Extension"), element("Extension.url", fixedUri=SD + name)]
    if isinstance(parts, str):
        elements.append(element("Extension.value[x]", 1, "1", type=[{"code": parts}]))
    else:
        slicing = {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"}
        elements.append(element("Extension.extension", 1, "*", slicing=slicing))
        for part, code in parts.items():
            elements += [
                element("Extension.extension", 0, "*", sliceName=part),
                element("Extension.extension.url", 1, "1", sliceName=part, fixedUri=part),
                element("Extension.extension.value[x]", 1, "1", sliceName=part, type=[{"code": code}]),
            ]
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": SD + name,
        "name": name.replace("-", ""),
        "status": "active",
        "fhirVersion": "4.0.1",
        "kind": "complex-type",
        "abstract": False,
        "type": "Extension",
        "baseDefinition": SD + "Extension",
        "derivation": "constraint",
        "differential": {"element": elements},
    }


def definitions():
    """Everything the validator needs beside R4 itself."""
    rest = {"system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "code": "hl7-fhir-rest"}
    none = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/endpoint-payload-type", "code": "none"}]}
    by_system = {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}
    yield profile(
        "user-access-brand",
        "Organization",
        [
            element("Organization.name", 1, "1"),
            element("Organization.telecom", 1, "1"),
            element("Organization.partOf", 0, "1"),
        ],
    )
    yield profile(
        "user-access-endpoint",
        "Endpoint",
        [
            element("Endpoint.status", 1, "1"),
            element("Endpoint.connectionType", 1, "1", patternCoding=rest),
            element("Endpoint.contact", 1, "*", slicing=by_system),
            element("Endpoint.contact", 1, "*", sliceName="configuration-url"),
            element("Endpoint.contact.system", 1, "1", sliceName="configuration-url", fixedCode="url"),
            element("Endpoint.contact.value", 1, "1", sliceName="configuration-url"),
            element("Endpoint.payloadType", 1, "1", patternCodeableConcept=none),
            element("Endpoint.address", 1, "1"),
        ],
    )
    yield profile(
        "user-access-brands-bundle",
        "Bundle",
        [
            element("Bundle.meta.lastUpdated", 1, "1"),
            element("Bundle.type", 1, "1", fixedCode="collection"),
            element("Bundle.timestamp", 1, "1"),
        ],
    )
    yield extension(
        "organization-brand",
        {"brandLogo": "url", "brandLogoLicenseType": "Coding", "brandLogoLicense": "url", "brandBundle": "url"},
    )
    yield extension(
        "organization-portal",
        {
            "portalName": "string",
            "portalDescription": "markdown",
            "portalUrl": "url",
            "portalLogo": "url",
            "portalLogoLicenseType": "Coding",
            "portalLogoLicense": "url",
            "portalEndpoint": "Reference",
        },
    )
    yield extension("endpoint-fhir-version", "code")
    yield {
        "resourceType": "CodeSystem",
        "id": "organization-type",
        "url": ORGANIZATION_TYPE,
        "status": "active",
        "content": "complete",
        "concept": [
            {"code": code, "display": display}
            for code, display in {**CODES, **{c: c for c in "dept team govt pay edu reli crs cg bus other".split()}}.items()
        ],
    }
    yield {
        "resourceType": "ValueSet",
        "id": "user-access-category",
        "url": CATEGORIES,
        "status": "active",
        "compose": {"include": [{"system": ORGANIZATION_TYPE, "concept": [{"code": code} for code in CODES]}]},
    }


def write(folder):
    """Writes the definitions, a file each."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for made in definitions():
        (folder / f"{made['resourceType']}-{made['id']}.json").write_text(json.dumps(made))
    return folder


def claimed(bundle):
    """A copy of a Brands Bundle whose resources say which profiles they are held to."""
    bundle = json.loads(json.dumps(bundle))
    names = {"Organization": "user-access-brand", "Endpoint": "user-access-endpoint"}
    for entry in bundle.get("entry", []):
        resource = entry["resource"]
        resource.setdefault("meta", {})["profile"] = [UAB + names[resource["resourceType"]]]
    bundle.setdefault("meta", {"lastUpdated": bundle["timestamp"]})["profile"] = [UAB + "user-access-brands-bundle"]
    return bundle
