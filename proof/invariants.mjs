// The invariants of R4 and of User-access Brands, by the reference implementation of FHIRPath (npm fhirpath), over the
// published Bundle and a page of every type.
import fhirpath from "fhirpath";
import r4 from "fhirpath/fhir-context/r4/index.js";

const base = process.argv[2];
const PORTAL = "http://hl7.org/fhir/StructureDefinition/organization-portal";
const RULES = {
  Organization: {
    "org-1": "(identifier.count() + name.count()) > 0",
    "org-2": "address.all(use.exists() implies use != 'home')",
    "org-3": "telecom.all(use.exists() implies use != 'home')",
    "cpt-2": "telecom.all(value.empty() or system.exists())",
    "dom-2": "contained.contained.empty()",
    "ext-1": "descendants().where($this is Extension).all(extension.exists() != value.exists())",
    "uab-1": `Organization.extension('${PORTAL}').extension('portalEndpoint').value.ofType(Reference).reference.subsetOf(%resource.endpoint.reference)`,
  },
  Endpoint: {
    required: "status.exists() and connectionType.exists() and payloadType.exists() and address.exists()",
    "cpt-2": "contact.all(value.empty() or system.exists())",
  },
  Location: { "cpt-2": "telecom.all(value.empty() or system.exists())" },
  HealthcareService: { "cpt-2": "telecom.all(value.empty() or system.exists())" },
  OrganizationAffiliation: { whose: "organization.exists() and participatingOrganization.exists()" },
  Bundle: {
    "bdl-1": "total.empty() or (type = 'searchset') or (type = 'history')",
    "bdl-2": "entry.search.empty() or (type = 'searchset')",
    "bdl-7": "(type = 'history') or entry.where(fullUrl.exists()).select(fullUrl & resource.meta.versionId).isDistinct()",
    "bdl-8": "entry.all(fullUrl.exists() implies fullUrl.contains('/_history/').not())",
  },
};
let checked = 0;
const broken = [];
function check(resource, where) {
  for (const [name, rule] of Object.entries(RULES[resource.resourceType] ?? {})) {
    checked += 1;
    const [holds] = fhirpath.evaluate(resource, rule, { resource }, r4);
    if (holds !== true) broken.push(`${name}: ${where} ${resource.resourceType}/${resource.id ?? ""}`);
  }
}
function withParts(bundle, where) {
  check(bundle, where);
  for (const { resource } of bundle.entry ?? []) check(resource, where);
  return bundle.entry?.length ?? 0;
}
// An oracle that cannot say no would prove nothing.
const orphan = { resourceType: "Organization", name: "x", extension: [{ url: PORTAL, extension: [{ url: "portalEndpoint", valueReference: { reference: "Endpoint/1" } }] }] };
check(orphan, "self-test");
if (!broken.pop()?.startsWith("uab-1")) throw new Error("uab-1 is not seen");

const read = async (path) => (await fetch(`${base}${path}`)).json();
const brands = await read("/brands.json");
const published = withParts(brands, "/brands.json");
if (!published) throw new Error("/brands.json is empty");
console.log(`brands: ${published} resources`);
for (const type of Object.keys(RULES).filter((type) => type !== "Bundle")) {
  const path = `/fhir/${type}?_count=200`;
  const found = withParts(await read(path), path);
  if (!found) throw new Error(`${path} is empty`);
}
for (const line of broken.slice(0, 30)) console.error(line);
console.log(`${checked} rules evaluated, ${broken.length} broken`);
process.exit(broken.length ? 1 : 0);
