// My places: the list kept in this browser, shown and changed. Words and shapes come from templates of the page; data, made
// safe by places-data.js, goes in as text, never as markup. Only ids are taken from the address bar.
const root = document.getElementById("places");
const KEY = "connector.places";
const set = root.dataset;
const { MOST, today, host, tidy, ids, ask } = root.data;
const at = (name, within = root) => within.querySelector(`[data-at="${name}"]`);
const make = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
const words = new Map([...document.getElementById("place-words").content.children].map((e) => [e.dataset.word, e.textContent]));
const word = (key, values = {}) => fill(words.get(key) ?? "", values);
const kinds = new Map(set.kinds.split("|").map((pair) => pair.split(":")));
const date = (iso) => fill(set.date, { year: iso.slice(0, 4), month: set.months.split("|")[iso.slice(5, 7) - 1], day: +iso.slice(8) });
const plan = document.getElementById("plan-heading");
const share = document.getElementById("share");

// What the browser keeps.
let places = [];
let unreadable = "";
let stale = new Set();
const say = (words_) => { at("said").textContent = words_; };
const trouble = (why) => {
  at("trouble").hidden = false;
  at("trouble").querySelector("p").textContent = word(why);
};
const read = () => {
  let raw = "[]";
  try { raw = localStorage.getItem(KEY) ?? raw; } catch { trouble("blocked"); }
  let list = null;
  try { list = JSON.parse(raw); } catch { /* told below */ }
  const right = Array.isArray(list);
  places = tidy(right ? list : ids(raw));
  if (right && places.length === list.length) return;
  unreadable = raw;
  trouble("broken");
  at("old-text").hidden = false;
};
const write = () => {
  try {
    if (unreadable) localStorage.setItem(`${KEY}.unreadable`, unreadable);
    localStorage.setItem(KEY, JSON.stringify(places));
    return true;
  } catch (error) {
    trouble(error.name === "SecurityError" ? "blocked" : "full");
    return false;
  }
};

/** When the list was compared since the page was opened; 0 = not yet. */
let compared = 0;
const compare = async () => {
  if (!places.length) return;
  say(word("checking"));
  const { now, missed } = await ask(set.api, places);
  // Meanwhile notes may have been written; two places that are one now become one, with both notes.
  const merged = new Map();
  for (const old of places) {
    const p = { ...(now.get(old.id) ?? old), note: old.note, done: old.done };
    const twin = merged.get(p.id);
    if (twin) Object.assign(p, { note: `${twin.note}\n${p.note}`.trim(), done: p.done && twin.done });
    merged.set(p.id, p);
  }
  places = [...merged.values()];
  stale = missed;
  compared = Date.now();
  write();
  draw();
  say(missed.size ? word("offline") : word("all", { date: date(today()) }));
};

// A part of a card with its values, or no part where there is nothing to say.
const put = (card, name, values, link) => {
  const part = at(name, card);
  if (!values) return void part.remove();
  const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) walk.currentNode.data = fill(walk.currentNode.data, values);
  if (link) Object.assign(part.querySelector("a"), /^https?:/.test(link) ? { href: link, rel: "noopener noreferrer nofollow" } : { href: link });
  return part;
};
const who = (by, where) => {
  const key = by.label !== "listed" ? by.label : by.tier === 8 ? "legacy" : by.tier !== 7 ? "listed" : by.seen ? "seen" : "starter";
  return by.load_date && word(`said-${key}`, { source: by.source_name, domain: where, date: date(key === "seen" ? by.seen : by.load_date) });
};
const doorOf = (d, live) => {
  const card = make("place-door");
  put(card, "go", { name: d.name || d.domain, domain: d.domain, url: d.url }, d.url);
  // Not compared since the page was opened: it may have been recalled, so its address is text.
  if (!live) card.querySelector(".go").parentElement.remove();
  put(card, "warnings", d.warnings.length && { warnings: d.warnings.map((code) => word(code)).join(" ") });
  put(card, "audience", d.audience && d);
  put(card, "from", d.valid_from > today() && { date: date(d.valid_from) });
  put(card, "to", d.valid_to && { date: date(d.valid_to) });
  put(card, "who", { who: who(d.said, d.domain) });
  put(card, "first", live && d.sign_up && { domain: host(d.sign_up), url: d.sign_up }, d.sign_up);
  return card;
};
const cardOf = (p, mine) => {
  const card = make("place-card");
  const address_ = p.where.lines.join(", ");
  const none = !p.portals.length;
  card.dataset.id = p.id;
  put(card, "name", { name: p.name, facts: [kinds.get(p.kinds[0]), p.where.lines.at(-1)].filter(Boolean).join(" · ") }, p.slug ? set.organization + p.slug : set.byId + p.id);
  const next = p.successor ? word("successor", p.successor) : "";
  put(card, "notice", words.has(`status-${p.status}`) && { notice: word(`status-${p.status}`), next }, next && set.byId + p.successor.id);
  put(card, "was", p.was && { name: p.was });
  put(card, "gone", p.gone.length && { domain: p.gone.join(", ") });
  const live = compared && !stale.has(p.id);
  card.querySelector(".saved-doors").append(...p.portals.map((door) => doorOf(door, live)));
  put(card, "site", live && none && p.website && { domain: p.website && host(p.website), url: p.website }, p.website);
  put(card, "no-door", none && p.at && !p.website && {});
  const [number, more] = p.phone.split("ext.").map((part) => part.replace(/\D/g, ""));
  put(card, "phone", p.phone && p, `tel:+1${number}${more ? `;ext=${more}` : ""}`);
  put(card, "address", address_ && { address: address_ });
  put(card, "ask", p.how_to_ask[set.lang] && { ask: p.how_to_ask[set.lang] });
  for (const apps of ["yes", "no", "unknown"]) put(card, `apps-${apps}`, p.apps === apps && {});
  put(card, "letter", p.slug && {}, `${set.organization}${p.slug}/letter`);
  put(card, "checked", { checked: word(!p.at ? "unchecked" : stale.has(p.id) ? "stale" : "checked", { date: p.at && date(p.at) }) });
  const own = put(card, "mine", mine && {});
  if (own) keepers(own, p);
  return card;
};
const keepers = (mine, p) => {
  const [done, note, remove, paper] = ["input", "textarea", "button", ".note-paper"].map((name) => mine.querySelector(name));
  for (const field of [done, note, remove]) field.id = `${field.dataset.at}-${p.id}`;
  for (const label of mine.querySelectorAll("label")) label.htmlFor = `${label.dataset.at}-${p.id}`;
  done.checked = p.done;
  note.value = paper.textContent = p.note;
  done.onchange = () => { p.done = done.checked; write(); };
  note.oninput = () => { p.note = paper.textContent = note.value; write(); };
  remove.ariaLabel = word("remove", p);
  remove.onclick = () => {
    if ((p.note || p.done) && !confirm(word("sure-one"))) return;
    places = places.filter((other) => other !== p);
    write();
    draw();
    say(word("removed", p));
    plan.focus();
  };
};
const draw = () => {
  const list = at("plan").querySelector("ul");
  // Whoever was typing goes on typing.
  const { id, selectionEnd } = list.contains(document.activeElement) ? document.activeElement : {};
  list.replaceChildren(...places.map((p) => cardOf(p, true)));
  const field = id && document.getElementById(id);
  if (field) field.focus();
  if (field && selectionEnd) field.setSelectionRange(selectionEnd, selectionEnd);
  const none = !places.length;
  root.parentElement.classList.toggle("has-places", !none);
  at("empty").hidden = !none;
  at("needs").hidden = at("count").hidden = at("tools").hidden = none;
  at("count").textContent = word("count", { count: places.length });
  share.value = `${location.origin}${set.page}#${places.map((p) => p.id)}`;
};

// Places of a link are shown, and kept only when that is asked for.
const linked = async () => {
  const box = at("linked");
  const given = ids(location.hash);
  const fresh = tidy(given).filter(({ id }) => !places.some((p) => p.id === id));
  const close = () => {
    history.replaceState(null, "", set.page);
    box.hidden = true;
    plan.focus();
  };
  box.hidden = !fresh.length;
  if (box.hidden && given.length) {
    say(word("linked"));
    close();
  }
  if (box.hidden) return;
  const { now, missed } = await ask(set.api, fresh);
  compared ||= Date.now();
  for (const id of missed) stale.add(id);
  const shown = tidy(fresh.map((p) => now.get(p.id) ?? p));
  box.querySelector("ul").replaceChildren(...shown.map((p) => cardOf(p)));
  if (missed.size) say(word("offline"));
  at("leave").onclick = close;
  at("keep").onclick = () => {
    if (places.length + shown.length > MOST) return say(word("many", { count: MOST }));
    places = [...places, ...shown.filter((p) => !places.some((old) => old.id === p.id))];
    if (write()) say(word("saved", { count: places.length }));
    draw();
    return close();
  };
};

// Out of the browser: paper, a file, a link; made here, sent nowhere.
const file = (name, type, content) => {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(new Blob([content], { type }));
  a.download = name;
  a.click();
  setTimeout(URL.revokeObjectURL, 10000, a.href);
};
const lines = () => [...at("plan").querySelectorAll("h3, p:not(.only-screen, [hidden])")].map((part) => {
  const tick = part.querySelector("input");
  const before = tick ? (tick.checked ? "[x] " : "[ ] ") : part.matches("h3") ? "\n" : "";
  return before + part.textContent.trim().replace(/\s+/g, " ");
}).filter(Boolean);

const press = (name, act) => at(name).addEventListener("click", act);
press("print", () => window.print());
press("json", () => file("my-places.json", "application/json", JSON.stringify(places, null, 1)));
press("text", () => file("my-places.txt", "text/plain", `${at("printed").textContent}\n${lines().join("\n")}\n`));
press("old-text", () => file("my-places-old.txt", "text/plain", unreadable));
press("copy", () => {
  share.select();
  // Where a browser refuses, the link stays selected: people copy it themselves.
  navigator.clipboard?.writeText(share.value).then(() => { say(word("copied")); }, () => {});
});

const start = () => { read(); draw(); };
press("again", compare);
press("clear", () => {
  if (!confirm(word("sure"))) return;
  places = [];
  unreadable = "";
  try { for (const key of [KEY, `${KEY}.unreadable`]) localStorage.removeItem(key); } catch { /* nothing was kept */ }
  draw();
  say(word("cleared"));
  plan.focus();
});
addEventListener("storage", start);
const look = () => { compared = 0; start(); compare(); };
addEventListener("pageshow", (event) => { if (event.persisted) look(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - compared > 60000) look(); });
addEventListener("online", compare);
addEventListener("hashchange", linked);
root.hidden = false;
put(root, "printed", { date: date(today()) });
start();
compare().then(linked);
navigator.serviceWorker?.register("/sw.js", { scope: location.pathname, updateViaCache: "none" }).catch(() => {});
