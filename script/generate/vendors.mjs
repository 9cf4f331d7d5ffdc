// Ten vendors' lists in five shapes. They overlap the two large ones and each other: the same places, written worse.
import { spelled, zip } from './dirt.mjs';
import { JsonList } from './file.mjs';
import { Dice, tenant } from './random.mjs';
import { SERVICE_HEAD, customer, serviceEndpoint, serviceOrganization } from './service.mjs';

/** Hosts that the program knows as shared, and some it has never heard of. */
const VENDORS = [
  { host: 'fhir-myrecord.cerner.com', shape: 'two_versions' },
  { host: 'api.platform.athenahealth.com', shape: 'one_address' },
  { host: 'fhir.yourcareuniverse.net', shape: 'npi' },
  { host: 'api.patientfusion.com', other: 'api.practicefusion.com', shape: 'two_hosts' },
  { host: 'fhir.bench-customers-ehr.org', shape: 'query' },
  { host: 'fhir.bench-five-ehr.org', shape: 'service' },
  { host: 'fhir4.eclinicalworks.com', shape: 'service' },
  { host: 'fhir.bench-seven-ehr.net', shape: 'service' },
  { host: 'fhirproxy.epichosted.com', shape: 'contained' },
  { host: 'fhir.bench-nine-ehr.com', shape: 'service' },
];
export const VENDOR_COUNT = VENDORS.length;
export const vendorFile = (v) => `vendor-${v}.json`;

/** Rows that are no organization, as lists have them: their number is nothing. */
const JUNK = [
  { OrganizationName: 'Test Clinic', url: '' },
  { OrganizationName: '', url: '' },
  { OrganizationName: 'Relative Family Care', url: '/metadata' },
  { OrganizationName: 'Office Behind The Wall', url: 'https://10.12.3.4/fhir' },
  { OrganizationName: 'Lakeside Demo Practice', url: '' },
];
const JUNK_SHARE = 0.006;

/** Which organization stands in a row: a third from each large list, the rest from nobody else's. */
function numberOf(world, sizes, v, row) {
  const dice = new Dice(world.seed, 'vendor', v, 'who', row);
  const own = world.headOf.length + sizes.service + v * sizes.vendor * 3 + row;
  return dice.weighted([
    [0.33, () => dice.below(world.headOf.length)],
    [0.33, () => world.headOf.length + dice.below(sizes.service)],
    [0.34, () => own],
  ])();
}

/** What changed in a row of a later edition: 1 in 100, no address among it. */
function change(world, v, row) {
  const dice = new Dice(world.seed, 'changed', v, row);
  if (!dice.chance(0.01)) return undefined;
  return dice.weighted([
    [0.6, 'renamed'],
    [0.3, 'moved'],
    [0.05, 'gone'],
    [0.05, 'added'],
  ]);
}

function lantern(list, vendor, v, row, organization, world, dice, truth) {
  const id = tenant(world.seed, 'vendor', v, row);
  const { where } = organization;
  const https = (host, version) => `https://${host}/${version}/${id}`;
  const addresses = {
    two_versions: dice.chance(0.15) ? [https(vendor.host, 'dstu2'), https(vendor.host, 'r4')] : [https(vendor.host, 'r4')],
    one_address: [`https://${vendor.host}/fhir/r4`],
    npi: [https(vendor.host, 'tenant')],
    two_hosts: [`https://${vendor.host}/fhir/r4/v1/${id}`, `https://${vendor.other}/fhir/r4/v1/${id}`],
    query: [`https://${vendor.host}/fhir/r4?cust=${id}`],
  }[vendor.shape];
  let name = spelled(dice, organization, 1);
  if (vendor.shape === 'one_address' && dice.chance(0.8)) name = `${where.state} - ${name}`;
  const code = vendor.shape === 'one_address' ? '' : zip(dice, where, 0.1);
  const number = vendor.shape === 'npi' && dice.chance(0.95) ? organization.npi : '';
  let said = { OrganizationName: name, NPIID: number, OrganizationZipCode: code };
  let t = organization.t;
  if (dice.chance(JUNK_SHARE)) {
    const junk = dice.pick(JUNK);
    said = { ...said, OrganizationName: junk.OrganizationName, NPIID: '' };
    if (junk.url) addresses.splice(0, addresses.length, junk.url);
    t = undefined;
  }
  // Rows on one address cannot be told apart afterwards.
  const mark = (URL) => (vendor.shape === 'one_address' ? '' : URL);
  for (const URL of addresses) truth(list.add({ URL, ...said }), '', said.OrganizationName, mark(URL), t);
  return addresses.length;
}

function contained(list, vendor, v, row, organization, world, dice, truth) {
  const id = tenant(world.seed, 'vendor', v, row);
  const name = spelled(dice, organization, 0.6);
  const address = `https://${vendor.host}/${id}/api/FHIR/R4`;
  const resource = {
    resourceType: 'Endpoint',
    id,
    contained: [{ resourceType: 'Organization', id: `o${id}`, name }],
    status: 'active',
    connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7-fhir-rest' },
    name,
    managingOrganization: { reference: `o${id}` },
    address,
  };
  truth(list.add({ resource }), `Endpoint/${id}`, name, address, organization.t);
  return 1;
}

function serviceRow(list, vendor, v, row, organization, world, dice, truth) {
  const server = `https://${vendor.host}`;
  const id = tenant(world.seed, 'vendor', v, row);
  const address = `${server}/r4/${id}`;
  list.add(serviceEndpoint(server, id, address));
  const made = serviceOrganization(server, `o${id}`, id, organization, dice, 0.5);
  truth(list.add(made), made.fullUrl, made.resource.name, customer(server, made.resource.id), organization.t);
  return 1;
}

/** What a changed organization is now. */
function after(organization, what) {
  if (what === 'renamed') return { ...organization, name: `${organization.name} & Wellness` };
  if (what === 'moved') {
    return { ...organization, where: { ...organization.where, street: '1 New Plaza', streetShort: '1 New Plaza' } };
  }
  return organization;
}

/** One vendor's list of `sizes.vendor` rows; a later edition with 1 % changed when asked for. */
export function vendor(world, path, sizes, v, changed, truth) {
  const vendor = VENDORS[v];
  const isLantern = !['service', 'contained'].includes(vendor.shape);
  const list = new JsonList(path, isLantern ? '{"Endpoints":[' : SERVICE_HEAD, ']}\n');
  const write = isLantern ? lantern : vendor.shape === 'contained' ? contained : serviceRow;
  const one = (row, what) => {
    const organization = after(world.organization(numberOf(world, sizes, v, row)), what);
    return write(list, vendor, v, row, organization, world, new Dice(world.seed, 'row', v, row), truth);
  };
  const changes = { renamed: 0, moved: 0, gone: 0, added: 0 };
  let rows = 0;
  for (let row = 0; rows < sizes.vendor; row++) {
    const what = changed ? change(world, v, row) : undefined;
    if (what) changes[what]++;
    if (what !== 'gone') rows += one(row, what);
    else rows += 1;
    // Far behind the rows of the first edition.
    if (what === 'added') rows += one(sizes.vendor * 2 + row);
  }
  return { host: vendor.host, shape: vendor.shape, rows, ...(changed && { changes }), bytes: list.close() };
}
