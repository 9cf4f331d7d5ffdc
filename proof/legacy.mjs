// A reading client as they were written in 2015: it knows the old paths and envelopes and nothing else.
const base = `${process.argv[2]}/legacy`;

async function all(path, key) {
  const seen = new Map();
  let next = `${base}${path}`;
  let pages = 0;
  let total = 0;
  while (next) {
    const answer = await fetch(next);
    if (answer.status !== 200) throw new Error(`${next}: ${answer.status}`);
    const body = await answer.json();
    for (const one of body.results) {
      if (seen.has(one[key])) throw new Error(`${one[key]} came twice`);
      seen.set(one[key], one);
    }
    pages += 1;
    total = body.meta.total_results;
    if (pages > 1000) throw new Error("the pages have no end");
    // As the original's pages did: a path below the root of the API.
    next = body.meta.next ? base + body.meta.next : null;
  }
  if (seen.size !== total) throw new Error(`${path}: ${seen.size} came, ${total} were told`);
  return seen;
}

const organizations = await all("/organizations?limit=100", "id");
const apps = await all("/apps?limit=100", "id");
console.log(`${organizations.size} organizations, ${apps.size} apps`);
if (!organizations.size || !apps.size) process.exit(1);
