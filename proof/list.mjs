// Writes a made-up list of brands with FHIR endpoints: what the starter directory has none of.
// Every category, shared endpoints, parts of a parent, endpoints about which not all is known.
import { writeFileSync } from "node:fs";

const EXTENSION = "http://hl7.org/fhir/StructureDefinition/";
const THO = "http://terminology.hl7.org/CodeSystem/";
const CATEGORIES = ["prov", "ins", "laboratory", "imaging", "pharmacy", "health-information-network", "health-data-aggregator"];
const CITIES = [["Boise", "ID", "83702"], ["Tampa", "FL", "33607"], ["Dayton", "OH", "45402"], ["Reno", "NV", "89501"], ["Juneau", "AK", "99801"]];
const BRANDS = 70;
const ENDPOINTS = 30;

const endpoint = (n) => ({
  resourceType: "Endpoint",
  id: `e${n}x`,
  // Every fifth says no version, every sixth has no page for developers: they cannot be said as the profile wants it.
  extension: n % 5 === 4 ? undefined : [{ url: `${EXTENSION}endpoint-fhir-version`, valueCode: n % 3 ? "4.0.1" : "1.0.2" }],
  status: "active",
  connectionType: { system: `${THO}endpoint-connection-type`, code: "hl7-fhir-rest" },
  name: `Endpoint ${n}`,
  contact: n % 6 === 5 ? undefined : [{ system: "url", value: `https://developers.vendor${n % 4}.example.org/` }],
  payloadType: [{ coding: [{ system: `${THO}endpoint-payload-type`, code: "none" }] }],
  address: `https://fhir.vendor${n % 4}.example.org/tenant${n}/r4`,
});

const brand = (n) => {
  const [city, state, postalCode] = CITIES[n % CITIES.length];
  const parent = n >= 50 ? `b${n - 50}x` : undefined;
  const own = parent ? [] : [n % ENDPOINTS, ...(n % 7 === 0 ? [(n + 1) % ENDPOINTS] : [])];
  const endpoints = own.map((number) => ({ reference: `Endpoint/e${number}x` }));
  const portal = {
    url: `${EXTENSION}organization-portal`,
    extension: [
      { url: "portalName", valueString: `Portal ${n}` },
      { url: "portalDescription", valueMarkdown: "See your *results*." },
      { url: "portalUrl", valueUrl: `https://portal.brand${n}.example.org/` },
      ...endpoints.map((valueReference) => ({ url: "portalEndpoint", valueReference })),
    ],
  };
  return {
    resourceType: "Organization",
    id: `b${n}x`,
    extension: parent ? undefined : [portal],
    identifier: [{ system: "urn:ietf:rfc:3986", value: `https://brand${n}.example.org` }],
    active: true,
    type: [{ coding: [{ system: `${THO}organization-type`, code: CATEGORIES[n % CATEGORIES.length] }] }],
    name: `${["Cedar", "Willow", "Aspen", "Juniper", "Alder"][n % 5]} Health ${n}`,
    alias: n % 4 ? undefined : [`Old Name ${n}`],
    telecom: n % 11 === 10 ? undefined : [{ system: "url", value: `https://www.brand${n}.example.org` }],
    address: [{ line: [`${n + 1} Main Street`], city, state, postalCode, country: "US" }],
    partOf: parent && { reference: `Organization/${parent}` },
    endpoint: endpoints.length ? endpoints : undefined,
  };
};

const list = [...Array(BRANDS).keys()].map(brand).concat([...Array(ENDPOINTS).keys()].map(endpoint));
const base = "https://brands.example.org";
const entry = list.map((resource) => ({ fullUrl: `${base}/${resource.resourceType}/${resource.id}`, resource }));
writeFileSync(process.argv[2], JSON.stringify({ resourceType: "Bundle", type: "collection", timestamp: "2026-11-01T00:00:00Z", entry }, null, 1));
