// Service base URL bundles (HTI-1): Endpoint and Organization, no portal; many organizations on few addresses.
import { phone, spelled, street, zip } from './dirt.mjs';
import { JsonList } from './file.mjs';
import { Dice, hash, tenant } from './random.mjs';

export function serviceEndpoint(server, id, address) {
  return {
    fullUrl: `${server}/Endpoint/${id}`,
    resource: {
      resourceType: 'Endpoint',
      id,
      status: 'active',
      connectionType: {
        system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
        code: 'hl7-fhir-rest',
        display: 'HL7 FHIR',
      },
      payloadType: [
        { coding: [{ system: 'urn:oid:1.3.6.1.4.1.19376.1.2.3', code: 'urn:ihe:pcc:xphr:2007', display: 'Personal Health Records' }] },
      ],
      address,
    },
  };
}

/** What tells a row apart in the program's own export: the number its publisher gave the customer. */
export const customer = (server, id) => `${server}/customer|${id}`;

/** How one list shows an organization. */
export function serviceOrganization(server, id, endpoint, organization, dice, wild) {
  const { where } = organization;
  const oid = `urn:oid:2.16.840.1.113883.3.${10_000 + (hash('oid', server) % 9000)}.${hash('oid', id)}`;
  return {
    fullUrl: `${server}/Organization/${id}`,
    resource: {
      resourceType: 'Organization',
      id,
      identifier: [
        dice.chance(0.4)
          ? { system: 'http://hl7.org/fhir/sid/us-npi', value: organization.npi }
          : { use: 'official', system: 'urn:ietf:rfc:3986', value: oid },
        { system: `${server}/customer`, value: id },
      ],
      active: true,
      name: spelled(dice, organization, wild),
      ...(dice.chance(0.5) && { telecom: [{ system: 'phone', value: phone(dice, where) }] }),
      address: [{ line: street(dice, where), city: where.city, state: where.state, postalCode: zip(dice, where, 0.02), country: 'United States of America' }],
      endpoint: [{ reference: `Endpoint/${endpoint}` }],
    },
  };
}

export const SERVICE_HEAD = '{"resourceType":"Bundle","type":"collection","entry":[';

/** The large one: `count` organizations on `addresses` addresses, the first of which has thousands. */
export function service(world, path, count, addresses, truth) {
  const server = 'https://fhir.bench-service-ehr.org';
  const list = new JsonList(path, SERVICE_HEAD, ']}\n');
  const id = (address) => tenant(world.seed, 'service', address);
  const brands = world.headOf.length;
  let most = 0;
  for (let n = 0; n < count; n++) {
    const dice = new Dice(world.seed, 'service', n);
    // Every address once, then a few have very many.
    const address = n < addresses ? n : Math.floor(addresses * dice.roll() ** 6);
    if (address === 0) most++;
    if (n < addresses) list.add(serviceEndpoint(server, id(n), `${server}/r4/${id(n)}`));
    const t = dice.chance(0.05) ? dice.below(brands) : brands + n;
    const made = serviceOrganization(server, `o${n}-${id(address)}`, id(address), world.organization(t), dice, 0.4);
    truth(list.add(made), made.fullUrl, made.resource.name, customer(server, made.resource.id), t);
  }
  return { organizations: count, endpoints: addresses, most_on_one_address: most, bytes: list.close() };
}
