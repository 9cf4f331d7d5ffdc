// A real client of another maker (fhir-kit-client) pages through everything; the manifest of the newest night says how
// much there is.
import { Client } from "fhir-kit-client";

const base = process.argv[2];
const types = ["Organization", "Endpoint", "Location", "HealthcareService", "OrganizationAffiliation"];
const manifest = await (await fetch(`${base}/data/manifest.json`)).json();
const rows = new Map(manifest.files.map((file) => [file.name, file.rows]));
const client = new Client({ baseUrl: `${base}/fhir` });
let wrong = 0;
for (const resourceType of types) {
  const seen = new Set();
  let page = await client.search({ resourceType, searchParams: { _count: 200 } });
  const { total } = page;
  while (page) {
    for (const { resource } of page.entry ?? []) {
      if (resource.resourceType !== resourceType) continue;
      if (seen.has(resource.id)) throw new Error(`${resourceType}/${resource.id} came twice`);
      seen.add(resource.id);
    }
    page = page.link.some((link) => link.relation === "next") ? await client.nextPage({ bundle: page }) : null;
  }
  const expected = rows.get(`${resourceType}.ndjson.zst`);
  console.log(`${resourceType}: ${seen.size} read, ${total} counted, ${expected} in the manifest`);
  if (seen.size !== expected || total !== expected) wrong += 1;
}
process.exit(wrong ? 1 : 0);
