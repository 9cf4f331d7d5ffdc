// My places, the data: one place out of what the directory answers or the browser kept. Neither is trusted: what is not of
// the right form is left out, and an address stays only when it is http or https. places.js shows it.
const MOST = 50;
/** Swedes write days as the directory does: 2026-11-03. */
const today = () => new Date().toLocaleDateString("sv");
// One place out of what the directory answers or the browser kept, in the same shape; neither is trusted.
const text = (value, most = 300) => (typeof value === "string" ? value.slice(0, most) : "");
const day = (value) => (/^\d{4}-(0[1-9]|1[0-2])-\d\d$/.test(value) ? value : "");
const array = (value) => (Array.isArray(value) ? value.slice(0, 20) : []);
const texts = (value) => array(value).map((one) => text(one));
const isId = (value) => /^org-[0-9a-f]{32}$/.test(value);
const address = (value) => {
  try {
    const url = new URL(value);
    return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : "";
  } catch { return ""; }
};
const host = (url) => new URL(url).hostname;
/** The domain as the directory writes it, if the address really leads there. */
const opens = (url, said) => {
  const name = text(said).split("/")[0];
  return name.includes(".") && `.${host(url)}`.endsWith(`.${name}`) ? said : host(url);
};
const door = (d, o) => {
  const url = address(d.url);
  const by = d.said ?? o.provenance?.[`portals/${d.id}`];
  return {
    url, domain: url && opens(url, d.domain), name: text(d.name), audience: text(d.audience), sign_up: address(d.sign_up), state: d.state,
    valid_from: day(d.valid_from), valid_to: day(d.valid_to),
    warnings: texts(d.warnings),
    said: { label: text(by?.label), tier: +by?.tier, source_name: text(by?.source_name), load_date: day(by?.load_date), seen: day(by?.seen ?? by?.evidence?.seen) },
  };
};
const live = (thing) => thing?.state === "live";
const clean = (o) => {
  const says = o.features?.["send.app_access"];
  const where = o.where ?? o.locations?.[0] ?? {};
  const town = texts([where.city, where.state]).filter(Boolean).join(", ");
  const site = typeof o.website === "string" || live(o.website) ? address(o.website.url ?? o.website) : "";
  return {
    id: o.id, name: text(o.name) || o.id, slug: /^[a-z0-9-]{1,200}$/.test(o.slug) ? o.slug : "", status: text(o.status),
    kinds: texts(o.kinds), phone: text(o.phone ?? where.phone, 60),
    where: { lines: [...texts(where.lines), `${town} ${text(where.zip)}`.trim()].filter(Boolean) },
    portals: array(o.portals).filter((d) => live(d) && !(d.valid_to && d.valid_to < today())).map((d) => door(d, o)).filter((d) => d.url),
    successor: isId(o.successor?.id) ? { id: o.successor.id, name: text(o.successor.name) } : null, website: site,
    how_to_ask: { en: text(o.how_to_ask?.en, 600), es: text(o.how_to_ask?.es, 600) },
    apps: text(o.apps ?? (array(o.endpoints).some(live) || says === "yes" ? "yes" : says === "no" ? says : "unknown")),
    at: day(o.at), was: text(o.was), gone: texts(o.gone), done: o.done === true, note: text(o.note, 2000),
  };
};
const tidy = (list) => [...new Map(list.filter((p) => isId(p?.id)).map((p) => [p.id, clean(p)])).values()].slice(0, MOST);

const ids = (raw) => [...new Set(raw.match(/org-[0-9a-f]{32}(?![0-9a-f])/g))].slice(0, MOST).map((id) => ({ id }));

// What the directory says now; four questions at a time.
const ask = async (api, list) => {
  const queue = [...list];
  const missed = new Set();
  const now = new Map();
  const one = async () => {
    for (let p = queue.shift(); p; p = queue.shift()) {
      const { id, portals, gone } = p;
      try {
        const answer = await fetch(`${api}${id}?include=provenance`, { cache: "no-store" });
        if (!answer.ok && ![404, 410].includes(answer.status)) throw answer;
        const o = answer.ok ? await answer.json() : { ...p, status: "gone", portals: [], website: "" };
        const fresh = clean({ ...o, at: today(), was: o.id === id || p.name === id ? p.was : p.name });
        const doors = new Set(fresh.portals.map((d) => d.domain));
        fresh.gone = [...new Set([...gone, ...portals.map((d) => d.domain)])].filter((name) => !doors.has(name));
        now.set(id, fresh);
      } catch { missed.add(id); }
    }
  };
  await Promise.all([one(), one(), one(), one()]);
  return { now, missed };
};

document.getElementById("places").data = { MOST, today, host, tidy, ids, ask };
