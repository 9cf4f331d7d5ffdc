// <record-door-picker>: a person finds the place that has their records, the page is told which door they chose.
//
// No dependency, no cookie, nothing stored, nothing asked of anybody but the Connector it comes from (or the one of its
// `base`). Only doors that are open today are offered: live, encrypted, without a warning. docs/picker.md is its manual.
// WORDS and STYLES are put in by build.mjs, from locales/*/picker.ftl and picker-1.css.
const VERSION = "1.0.0";
const WORDS = {"en":{"picker-label":"Find the place that has your records","picker-hint":"Type a name, city or ZIP code. What you type goes to { $host }. It keeps nothing about you.","picker-list":"Places found","picker-found":"Places found: { $count }. Use the arrow keys.","picker-found-more":"{ $shown } of { $total } places. Type more to see fewer.","picker-nothing":"We found no place called “{ $words }”.","picker-nothing-apps":"We found no place called “{ $words }” where apps can connect.","picker-question":"Many places use this name. Type the hospital, clinic or plan, and its city or state.","picker-see-all":"See all of them at { $host }","picker-part-of":"Part of { $name }","picker-opens":"Opens { $domain }","picker-website":"Website: { $domain }","picker-apps":"Apps can connect","picker-known":"No online door known yet","picker-loading":"Looking…","picker-which":"{ $name }: where do you want to go?","picker-ways":"Choices: { $count }. Press Tab to choose one.","picker-app-door":"Connection for apps","picker-connects":"Apps connect to { $domain }","picker-version":"FHIR { $version }","picker-chosen":"You chose { $name }.","picker-again":"Choose another place","picker-no-door":"We know { $name }, but no safe online door to it yet.","picker-no-app-door":"Apps cannot connect to { $name } yet, as far as we know.","picker-page":"See what we know at { $host }","picker-offline":"You are offline. Connect to the internet and try again.","picker-unreachable":"We could not reach { $host }. Try again in a minute.","picker-busy":"Too many questions at once. Try again in { $seconds } seconds.","picker-broken":"Something broke at { $host }. Try again in a minute.","picker-gone":"This place is no longer on the list. Look for it again.","picker-wrong-settings":"This page asks { $host } for something it does not know. Tell the people who run this page.","picker-try-again":"Try again","kind-hospital":"Hospital","kind-clinic":"Doctor’s office or clinic","kind-insurer":"Health plan","kind-pharmacy":"Pharmacy","kind-laboratory":"Lab","kind-imaging":"Imaging center","kind-immunization-registry":"State vaccine records","kind-exchange":"Health information exchange","kind-dental":"Dentist","kind-vision":"Eye care","kind-behavioral-health":"Mental health care","kind-long-term-care":"Nursing home or long-term care","kind-home-care":"Home care or hospice","kind-public-health":"Health department","kind-government":"Government program","kind-aggregator":"Record gathering service","kind-unknown":"Kind not known"},"es":{"picker-label":"Busque el lugar que tiene su expediente","picker-hint":"Escriba un nombre, una ciudad o un código postal. Lo que escribe llega a { $host }. No guarda nada sobre usted.","picker-list":"Lugares encontrados","picker-found":"Lugares encontrados: { $count }. Use las flechas.","picker-found-more":"{ $shown } de { $total } lugares. Escriba más para ver menos.","picker-nothing":"No encontramos ningún lugar llamado «{ $words }».","picker-nothing-apps":"No encontramos ningún lugar llamado «{ $words }» al que se conecten apps.","picker-question":"Muchos lugares usan este nombre. Escriba el hospital, la clínica o el plan, y su ciudad o estado.","picker-see-all":"Véalos todos en { $host }","picker-part-of":"Parte de { $name }","picker-opens":"Abre { $domain }","picker-website":"Sitio web: { $domain }","picker-apps":"Se pueden conectar apps","picker-known":"Todavía sin puerta en línea conocida","picker-loading":"Buscando…","picker-which":"{ $name }: ¿adónde quiere ir?","picker-ways":"Opciones: { $count }. Pulse Tab para elegir una.","picker-app-door":"Conexión para apps","picker-connects":"Las apps se conectan a { $domain }","picker-version":"FHIR { $version }","picker-chosen":"Eligió { $name }.","picker-again":"Elegir otro lugar","picker-no-door":"Conocemos { $name }, pero todavía ninguna puerta en línea segura.","picker-no-app-door":"Que sepamos, las apps todavía no se conectan a { $name }.","picker-page":"Vea lo que sabemos en { $host }","picker-offline":"No tiene conexión. Conéctese a internet e intente de nuevo.","picker-unreachable":"No pudimos llegar a { $host }. Intente de nuevo en un minuto.","picker-busy":"Demasiadas preguntas a la vez. Intente de nuevo en { $seconds } segundos.","picker-broken":"Algo falló en { $host }. Intente de nuevo en un minuto.","picker-gone":"Este lugar ya no está en la lista. Búsquelo de nuevo.","picker-wrong-settings":"Esta página pide a { $host } algo que no conoce. Avise a quienes la manejan.","picker-try-again":"Intentar de nuevo","kind-hospital":"Hospital","kind-clinic":"Consultorio o clínica","kind-insurer":"Plan de salud","kind-pharmacy":"Farmacia","kind-laboratory":"Laboratorio","kind-imaging":"Centro de imágenes","kind-immunization-registry":"Registro estatal de vacunas","kind-exchange":"Red de intercambio de datos de salud","kind-dental":"Dentista","kind-vision":"Cuidado de los ojos","kind-behavioral-health":"Salud mental","kind-long-term-care":"Hogar de ancianos o cuidado prolongado","kind-home-care":"Atención en casa u hospicio","kind-public-health":"Departamento de salud","kind-government":"Programa del gobierno","kind-aggregator":"Servicio que reúne expedientes","kind-unknown":"Tipo desconocido"}};
const STYLES = ":host {--_ink: var(--record-door-ink, #171c1e);--_ground: var(--record-door-ground, #fff);--_quiet: var(--record-door-quiet, #565c65);--_line: var(--record-door-line, #565c65);--_marked: var(--record-door-marked, #e1e7f1);--_do: var(--record-door-do, #0050d8);--_problem: var(--record-door-problem, #b50909);--_focus: var(--record-door-focus, var(--_do));display: block;font: inherit;line-height: 1.5;color: var(--_ink);}@supports (color: light-dark(#000, #fff)) {:host {--_ink: var(--record-door-ink, light-dark(#171c1e, #edeff0));--_ground: var(--record-door-ground, light-dark(#fff, #171c1e));--_quiet: var(--record-door-quiet, light-dark(#565c65, #c6cace));--_line: var(--record-door-line, light-dark(#565c65, #a9aeb1));--_marked: var(--record-door-marked, light-dark(#e1e7f1, #2d3e5e));--_do: var(--record-door-do, light-dark(#0050d8, #adcdff));--_problem: var(--record-door-problem, light-dark(#b50909, #f8bab0));}}:host([hidden]), [hidden] { display: none !important; }*, ::before, ::after { box-sizing: border-box; }.picker { background: var(--_ground); overflow-wrap: anywhere; }label { display: block; font-weight: 600; }p { margin: .25em 0; }.hint, .more, .note { color: var(--_quiet); font-size: .93em; }input, button { font: inherit; color: inherit; background: var(--_ground); border: 1px solid var(--_line); border-radius: var(--record-door-radius, 6px); }input { display: block; width: 100%; min-height: 48px; padding: .5em .75em; }button { min-height: 48px; padding: .5em 1em; cursor: pointer; }ul { list-style: none; margin: .25em 0 0; padding: 0; }.list { border: 1px solid var(--_line); border-radius: var(--record-door-radius, 6px); max-height: var(--record-door-list-height, 24em); overflow-y: auto; }.option { padding: .5em .75em; min-height: 48px; cursor: pointer; border-left: 4px solid transparent; }.option + .option { border-top: 1px solid color-mix(in srgb, var(--_line) 35%, transparent); }.option:hover, .option[aria-selected=true] { background: var(--_marked); }.option[aria-selected=true] { border-left-color: var(--_do); }.option span, .way span { display: block; }.name { font-weight: 600; }.way { display: block; width: 100%; margin: .5em 0; text-align: left; border-color: var(--_do); }.way:hover, .again:hover { background: var(--_marked); }.chosen { margin-top: .5em; padding: .5em .75em; border-left: 4px solid var(--_do); background: var(--_marked); border-radius: 0 var(--record-door-radius, 6px) var(--record-door-radius, 6px) 0; }.message { margin-top: .5em; padding-left: .75em; border-left: 4px solid var(--_line); }.message.problem { border-left-color: var(--_problem); }.problem > p:first-child { color: var(--_problem); }a { color: var(--_do); display: inline-block; min-height: 24px; padding: .25em 0; }:focus-visible { outline: 3px solid var(--_focus); outline-offset: 2px; }.sr { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }@media (prefers-reduced-motion: no-preference) {.option, .way, .again { transition: background-color 120ms; }}@media (forced-colors: active) {.option[aria-selected=true] { forced-color-adjust: none; background: Highlight; color: HighlightText; border-left-color: HighlightText; }.option[aria-selected=true] .more { color: HighlightText; }}";
const HOME = new URL(import.meta.url).origin;
const SHOWN = 8;
const PATIENCE = 10_000;
const PAUSE = 180;

/** A place of the DOM: `make("p", { class: "more" }, "text", other)`; what is nothing is left out. */
const make = (tag, attributes = {}, ...content) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...content.filter(Boolean));
  return element;
};

/** The words of a language, English where it has none. */
class Words {
  constructor(language) {
    const code = String(language || "en").toLowerCase().split("-")[0];
    this.code = Object.hasOwn(WORDS, code) ? code : "en";
  }
  t(key, values = {}) {
    const sentence = WORDS[this.code][key] ?? WORDS.en[key] ?? key;
    return sentence.replace(/\{ ?\$(\w+) ?\}/g, (_, name) => values[name] ?? "");
  }
}

/** May a person or an app be sent there today? */
const isOpen = (door, address, today) =>
  door.state === "live" &&
  /^https:\/\//i.test(address ?? "") &&
  (door.warnings ?? []).every((warning) => warning === "odd_port") &&
  !(door.valid_from > today) &&
  !(door.valid_to < today);

/** Does an endpoint speak a version of FHIR? "4" and "4.0" take 4.0.1. */
const speaks = (endpoint, version) =>
  !version || (endpoint.fhir_versions ?? []).some((known) => known === version || known.startsWith(`${version}.`));

/** Every way into an organization: a portal with one of its endpoints, a portal alone, an endpoint alone. */
export function ways(organization, { version = "", onlyWithEndpoint = false, today = new Date().toISOString().slice(0, 10) } = {}) {
  const portals = (organization.portals ?? []).filter((portal) => isOpen(portal, portal.url, today));
  const endpoints = (organization.endpoints ?? []).filter((one) => isOpen(one, one.address, today) && speaks(one, version));
  const told = (portal, endpoint) => ({
    portal: portal ? { id: portal.id, name: portal.name ?? null, url: portal.url, domain: portal.domain } : null,
    endpoint: endpoint
      ? { id: endpoint.id, iss: endpoint.address, domain: endpoint.domain, name: endpoint.name ?? null, fhirVersions: endpoint.fhir_versions ?? [] }
      : null,
  });
  const behind = new Set();
  const all = portals.flatMap((portal) => {
    const own = endpoints.filter((endpoint) => (portal.endpoints ?? []).includes(endpoint.id));
    own.forEach((endpoint) => behind.add(endpoint.id));
    return own.length > 0 ? own.map((endpoint) => told(portal, endpoint)) : [told(portal, null)];
  });
  all.push(...endpoints.filter((endpoint) => !behind.has(endpoint.id)).map((endpoint) => told(null, endpoint)));
  return onlyWithEndpoint ? all.filter((way) => way.endpoint) : all;
}

/** Why an answer did not come: a code for the page, and seconds to wait where the server says so. */
class Trouble extends Error {
  constructor(code, status = 0, seconds = 0) {
    super(code);
    Object.assign(this, { code, status, seconds });
  }
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLES);

export class RecordDoorPicker extends HTMLElement {
  static observedAttributes = ["lang", "label", "base"];
  static version = VERSION;

  #parts = {};
  #words = new Words("en");
  #value = null;
  #asking = null;
  #waiting = 0;
  #saying = 0;
  #active = -1;
  #cards = [];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [sheet];
    this.#build(root);
  }

  connectedCallback() {
    this.#speak();
  }

  disconnectedCallback() {
    this.#stop();
    this.#close();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#speak();
  }

  /** What was chosen last: the detail of `record-door-select`, or null. */
  get value() {
    return this.#value;
  }

  /** Forgets what was typed and chosen. */
  clear() {
    this.#parts.input.value = "";
    this.#forget();
    this.#stop();
    this.#close();
  }

  get #base() {
    try {
      return new URL(this.getAttribute("base") || HOME).origin;
    } catch {
      return HOME;
    }
  }

  get #host() {
    return new URL(this.#base).host;
  }

  #build(root) {
    const parts = {
      label: make("label", { for: "q", part: "label" }),
      hint: make("p", { id: "hint", class: "hint", part: "hint" }),
      input: make("input", {
        id: "q", part: "input", type: "text", role: "combobox", autocomplete: "off", autocapitalize: "words", spellcheck: "false",
        enterkeyhint: "search", maxlength: "200", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "list", "aria-describedby": "hint",
      }),
      list: make("ul", { id: "list", class: "list", part: "list", role: "listbox", hidden: "" }),
      message: make("div", { class: "message", part: "message", hidden: "" }),
      chosen: make("div", { class: "chosen", part: "chosen", hidden: "" }),
      status: make("div", { class: "sr", role: "status" }),
    };
    this.#parts = parts;
    parts.frame = make("div", { class: "picker", part: "picker" }, parts.label, parts.hint, parts.input, parts.list, parts.message, parts.chosen, parts.status);
    root.append(parts.frame);
    parts.input.addEventListener("input", () => {
      this.#forget();
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => this.#search(), PAUSE);
    });
    parts.input.addEventListener("keydown", (event) => this.#key(event));
    parts.input.addEventListener("blur", () => this.#close());
    // Before the box loses focus, so that the list is still there.
    parts.list.addEventListener("mousedown", (event) => event.preventDefault());
    parts.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#open(this.#cards[[...parts.list.children].indexOf(option)]);
    });
  }

  /** Puts the words of the language of this element, or of what is around it. */
  #speak() {
    const { frame, label, hint, list } = this.#parts;
    this.#words = new Words(this.getAttribute("lang") || this.closest("[lang]")?.getAttribute("lang"));
    frame.lang = this.#words.code;
    label.textContent = this.getAttribute("label") || this.#words.t("picker-label");
    hint.textContent = this.#words.t("picker-hint", { host: this.#host });
    list.setAttribute("aria-label", this.#words.t("picker-list"));
  }

  #say(text) {
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => { this.#parts.status.textContent = text; }, 400);
  }

  #stop() {
    clearTimeout(this.#waiting);
    this.#asking?.abort();
    this.#asking = null;
  }

  #close() {
    const { input, list } = this.#parts;
    list.hidden = true;
    list.replaceChildren();
    this.#cards = [];
    this.#active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  #mark(index) {
    const { input, list } = this.#parts;
    list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = index;
    const option = list.children[index];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  #key(event) {
    if (event.isComposing) return;
    const { input } = this.#parts;
    const last = this.#cards.length - 1;
    if (event.key === "Escape") {
      if (last < 0 && input.value === "") return;
      if (last < 0) this.clear();
      this.#stop();
      this.#close();
    } else if (event.key === "Enter") {
      if (this.#active >= 0) this.#open(this.#cards[this.#active]);
      else this.#search();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (last < 0) this.#search();
      else if (event.key === "ArrowDown") this.#mark(this.#active < last ? this.#active + 1 : 0);
      else this.#mark(this.#active > 0 ? this.#active - 1 : last);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Forgets the choice, and tells the page when there was one. */
  #forget() {
    const had = this.#value;
    this.#value = null;
    this.#parts.chosen.hidden = true;
    this.#parts.message.hidden = true;
    if (had) this.#tell("record-door-clear", null);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** JSON of the Connector. No cookie goes there, and not the address of the page. */
  async #ask(path) {
    this.#stop();
    const mine = new AbortController();
    this.#asking = mine;
    const late = setTimeout(() => mine.abort("late"), PATIENCE);
    try {
      const answer = await fetch(this.#base + path, { signal: mine.signal, credentials: "omit", referrerPolicy: "no-referrer", headers: { accept: "application/json" } });
      if (answer.status === 429) throw new Trouble("busy", 429, Number(answer.headers.get("retry-after")) || 60);
      if (answer.status === 404 || answer.status === 410) throw new Trouble("gone", answer.status);
      if (answer.status >= 500) throw new Trouble("broken", answer.status);
      if (!answer.ok) throw new Trouble("wrong-settings", answer.status);
      return await answer.json();
    } catch (error) {
      if (error instanceof Trouble) throw error;
      if (mine.signal.aborted && mine.signal.reason !== "late") return null;
      // Something between us answered with a page of its own.
      if (error instanceof SyntaxError) throw new Trouble("broken");
      throw new Trouble(navigator.onLine === false ? "offline" : "unreachable");
    } finally {
      clearTimeout(late);
      if (this.#asking === mine) this.#asking = null;
    }
  }

  /** Runs a question; what goes wrong is said, with a way to try again. */
  async #try(work) {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      const w = this.#words;
      const values = { host: this.#host, seconds: error.seconds };
      const words = {
        busy: () => w.t("picker-busy", values),
        gone: () => w.t("picker-gone"),
        broken: () => w.t("picker-broken", values),
        offline: () => w.t("picker-offline"),
        unreachable: () => w.t("picker-unreachable", values),
        "wrong-settings": () => w.t("picker-wrong-settings", values),
      }[error.code]();
      const again = make("button", { type: "button", part: "button", class: "again" }, w.t("picker-try-again"));
      again.addEventListener("click", () => {
        this.#parts.input.focus();
        this.#try(work);
      });
      this.#close();
      this.#message(words, error.code === "gone" || error.code === "wrong-settings" ? null : again, true);
      this.#tell("record-door-error", { code: error.code, status: error.status });
    }
  }

  #message(words, more, problem = false) {
    const { message } = this.#parts;
    message.classList.toggle("problem", problem);
    message.replaceChildren(make("p", {}, words), ...(more ? [more] : []));
    message.hidden = false;
    this.#say(words);
  }

  #link(path, words) {
    return make("a", { part: "link", href: this.#base + path, target: "_blank", rel: "noopener noreferrer" }, words);
  }

  #page(path) {
    return (this.#words.code === "en" ? "" : `/${this.#words.code}`) + path;
  }

  get #settings() {
    return { version: this.getAttribute("fhir-version") ?? "", onlyWithEndpoint: this.hasAttribute("only-with-endpoint") };
  }

  async #search() {
    const words = this.#parts.input.value.trim();
    if (words.length < 2) {
      this.#stop();
      return this.#close();
    }
    const { onlyWithEndpoint } = this.#settings;
    // Who has an endpoint is told by the answers alone, so more of them are looked through.
    const query = new URLSearchParams({ q: words, limit: onlyWithEndpoint ? 100 : SHOWN });
    for (const name of ["state", "kind"]) {
      for (const value of (this.getAttribute(name) ?? "").split(/[,\s]+/).filter(Boolean)) query.append(name, value);
    }
    await this.#try(async () => {
      const found = await this.#ask(`/api/v1/search?${query}`);
      if (found) this.#show(words, found, onlyWithEndpoint);
    });
  }

  #show(words, found, onlyWithEndpoint) {
    const w = this.#words;
    const { input, list, message } = this.#parts;
    const cards = found.results.filter((card) => !onlyWithEndpoint || card.app_access);
    this.#close();
    message.hidden = true;
    const all = () => this.#link(this.#page(`/find?${new URLSearchParams({ q: words })}`), w.t("picker-see-all", { host: this.#host }));
    if (cards.length === 0) {
      const nothing = () => (onlyWithEndpoint ? w.t("picker-nothing-apps", { words }) : w.t("picker-nothing", { words }));
      return this.#message(found.question ? w.t("picker-question") : nothing(), all());
    }
    this.#cards = cards.slice(0, SHOWN);
    list.replaceChildren(...this.#cards.map((card, n) => this.#option(card, n)));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    const total = onlyWithEndpoint ? cards.length : found.total;
    if (total > this.#cards.length) this.#message(w.t("picker-found-more", { shown: this.#cards.length, total }), all());
    this.#say(w.t("picker-found", { count: this.#cards.length }));
  }

  #option(card, n) {
    const w = this.#words;
    const place = [card.city, card.state].filter(Boolean).join(", ");
    const leads = card.portal_domain
      ? w.t("picker-opens", { domain: card.portal_domain })
      : card.app_access
        ? w.t("picker-apps")
        : card.website_domain
          ? w.t("picker-website", { domain: card.website_domain })
          : w.t("picker-known");
    return make(
      "li",
      { id: `option-${n}`, class: "option", part: "option", role: "option", "aria-selected": "false" },
      make("span", { class: "name", part: "name" }, card.name),
      make("span", { class: "more", part: "more" }, [w.t(`kind-${card.kind}`), place].filter(Boolean).join(" · ")),
      card.part_of && make("span", { class: "more", part: "more" }, w.t("picker-part-of", { name: card.part_of.name })),
      make("span", { class: "more", part: "domain" }, leads),
    );
  }

  async #open(card) {
    const w = this.#words;
    this.#close();
    this.#parts.input.value = card.name;
    this.#message(w.t("picker-loading"));
    await this.#try(async () => {
      const organization = await this.#ask(`/api/v1/organizations/${encodeURIComponent(card.id)}`);
      if (!organization) return;
      const found = ways(organization, this.#settings);
      this.#parts.message.hidden = true;
      if (found.length === 1) this.#choose(organization, found[0]);
      else if (found.length > 1) this.#offer(organization, found);
      else this.#regret(organization);
    });
  }

  #regret({ name, slug }) {
    const w = this.#words;
    const words = this.#settings.onlyWithEndpoint ? w.t("picker-no-app-door", { name }) : w.t("picker-no-door", { name });
    this.#message(words, this.#link(this.#page(`/organizations/${encodeURIComponent(slug)}`), w.t("picker-page", { host: this.#host })));
  }

  /** Where a way leads, line by line. */
  #lines({ portal, endpoint }) {
    const w = this.#words;
    const versions = (endpoint?.fhirVersions ?? []).map((version) => w.t("picker-version", { version })).join(", ");
    return [
      portal && w.t("picker-opens", { domain: portal.domain }),
      endpoint && [w.t("picker-connects", { domain: endpoint.domain }), versions].filter(Boolean).join(" · "),
    ].filter(Boolean);
  }

  #offer(organization, found) {
    const w = this.#words;
    const { message } = this.#parts;
    const words = w.t("picker-which", { name: organization.name });
    const buttons = found.map((way) => {
      const name = way.portal ? way.portal.name ?? way.portal.domain : way.endpoint.name ?? w.t("picker-app-door");
      const lines = this.#lines(way).map((line) => make("span", { class: "more", part: "domain" }, line));
      const button = make("button", { type: "button", class: "way", part: "choice" }, make("span", { class: "name", part: "name" }, name), ...lines);
      button.addEventListener("click", () => {
        message.hidden = true;
        this.#choose(organization, way);
        this.#parts.chosen.querySelector("button").focus();
      });
      return make("li", {}, button);
    });
    this.#message(words, make("ul", { "aria-label": words }, ...buttons));
    this.#say(`${words} ${w.t("picker-ways", { count: found.length })}`);
  }

  #choose(organization, way) {
    const w = this.#words;
    const place = organization.locations?.[0] ?? {};
    this.#value = Object.freeze({
      organization: {
        id: organization.id,
        name: organization.name,
        kind: organization.kinds[0],
        city: place.city ?? null,
        state: place.state ?? null,
        page: `${this.#base}/o/${organization.id}`,
      },
      portal: way.portal,
      endpoint: way.endpoint,
    });
    const words = w.t("picker-chosen", { name: organization.name });
    const again = make("button", { type: "button", class: "again", part: "button" }, w.t("picker-again"));
    again.addEventListener("click", () => {
      this.clear();
      this.#parts.input.focus();
    });
    const lines = this.#lines(way);
    this.#parts.chosen.replaceChildren(make("p", { class: "name" }, words), ...lines.map((line) => make("p", { class: "more", part: "domain" }, line)), again);
    this.#parts.chosen.hidden = false;
    this.#say([words, ...lines].join(" "));
    this.#tell("record-door-select", this.#value);
  }
}

if (!customElements.get("record-door-picker")) customElements.define("record-door-picker", RecordDoorPicker);
