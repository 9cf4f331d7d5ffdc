// A SMART User-access Brands bundle: brands with portal and endpoints, places below them by `partOf`, `urn:uuid`
// references that point forward.
import { phone, spelled, street } from './dirt.mjs';
import { JsonList } from './file.mjs';
import { Dice, uuid } from './random.mjs';
import { customer } from './service.mjs';

const SERVER = 'https://brands.bench-ehr.org';
const EXTENSION = 'http://hl7.org/fhir/StructureDefinition';
const url = (id) => `urn:uuid:${id}`;

function portal(organization, endpoints) {
  return [
    {
      url: `${EXTENSION}/organization-brand`,
      extension: [{ url: 'brandLogo', valueUrl: `https://www.${organization.site}/logo.png` }],
    },
    {
      url: `${EXTENSION}/organization-portal`,
      extension: [
        { url: 'portalName', valueString: `My${organization.name.replace(/[^A-Za-z]/g, '').slice(0, 12)} Chart` },
        { url: 'portalDescription', valueMarkdown: `See your results, medicines and visits at ${organization.name}.` },
        { url: 'portalUrl', valueUrl: `https://portal.${organization.site}/login` },
        ...endpoints.map((id) => ({ url: 'portalEndpoint', valueReference: { reference: url(id), display: 'FHIR' } })),
      ],
    },
  ];
}

function resource(world, organization, dice, endpoints) {
  const { t, head, where } = organization;
  const own = endpoints.length > 0;
  return {
    resourceType: 'Organization',
    id: uuid(world.seed, 'brands', t),
    meta: { lastUpdated: '2026-08-30T06:00:00Z', profile: [`${EXTENSION}/user-access-brand`] },
    ...(own && { extension: portal(organization, endpoints) }),
    identifier: [
      ...(head === t ? [{ system: 'urn:ietf:rfc:3986', value: `https://${organization.site}` }] : []),
      ...(dice.chance(0.6) ? [{ system: 'http://hl7.org/fhir/sid/us-npi', value: organization.npi }] : []),
      { system: `${SERVER}/customer`, value: `b${t}` },
    ],
    active: true,
    type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/organization-type', code: 'prov', display: 'Healthcare Provider' }] }],
    name: spelled(dice, organization, 0.1),
    telecom: [
      { system: 'url', value: `https://www.${organization.site}${head === t ? '' : `/locations/${t}`}` },
      ...(dice.chance(0.9) ? [{ system: 'phone', value: phone(dice, where) }] : []),
    ],
    address: [{ line: street(dice, where), city: where.city, state: where.state, postalCode: `${where.zip}-${where.plus4}`, country: 'US' }],
    ...(head !== t && { partOf: { reference: url(uuid(world.seed, 'brands', head)), display: organization.brand.name } }),
    ...(own && { endpoint: endpoints.map((id) => ({ reference: url(id) })) }),
  };
}

function endpoint(id, organization, version) {
  return {
    resourceType: 'Endpoint',
    id,
    extension: [{ url: `${EXTENSION}/endpoint-fhir-version`, valueCode: version === 'R4' ? '4.0.1' : '1.0.2' }],
    status: 'active',
    connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7-fhir-rest' },
    name: `FHIR ${version} endpoint of ${organization.name}`,
    contact: [{ system: 'url', value: `https://developer.${organization.site}` }],
    payloadType: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/endpoint-payload-type', code: 'none' }] }],
    address: `https://fhir.${organization.site}/api/FHIR/${version}`,
  };
}

/** Writes it; `truth` is told the row, key and number of each organization. */
export function brands(world, path, count, truth) {
  const head = '{"resourceType":"Bundle","type":"collection","timestamp":"2026-08-30T06:00:00Z","entry":[';
  const list = new JsonList(path, head, ']}\n');
  let endpoints = 0;
  for (let t = 0; t < count; t++) {
    const organization = world.organization(t);
    const dice = new Dice(world.seed, 'brands', t);
    const top = organization.head === t;
    const versions = top ? (dice.chance(0.3) ? ['R4', 'DSTU2'] : ['R4']) : dice.chance(0.03) ? ['R4'] : [];
    const ids = versions.map((version) => uuid(world.seed, 'endpoint', version, t));
    const made = resource(world, organization, dice, ids);
    const key = url(made.id);
    const row = list.add({ fullUrl: key, resource: made });
    truth(row, key, made.name, customer(SERVER, `b${t}`), t);
    versions.forEach((version, n) => list.add({ fullUrl: url(ids[n]), resource: endpoint(ids[n], organization, version) }));
    endpoints += versions.length;
  }
  return { organizations: count, endpoints, bytes: list.close() };
}
