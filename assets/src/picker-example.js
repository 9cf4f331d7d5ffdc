// The example of an app: each step filled in with what was picked. The verifier of the code challenge never leaves here.
const at = (id) => document.getElementById(id);
const show = (id, is = true) => { at(id).hidden = !is; };
const fill = (words, domain) => words.replace("{domain}", domain);
const random = (bytes) => base64url(crypto.getRandomValues(new Uint8Array(bytes)));
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

let iss = "";
let configuration = null;
let state = "";
let challenge = "";
const empty = Object.fromEntries(["event", "configuration", "authorize", "token"].map((id) => [id, at(id).textContent]));

at("no-script").hidden = true;

at("picker").addEventListener("record-door-select", ({ detail }) => {
  forget();
  iss = detail.endpoint.iss;
  at("event").textContent = JSON.stringify(detail, null, 2);
  at("configuration").textContent = address();
  at("read-note").textContent = fill(at("reading").dataset.note, new URL(iss).host);
  show("reading");
});
at("picker").addEventListener("record-door-clear", forget);
at("read").addEventListener("click", read);
at("use").addEventListener("click", () => use(at("paste").value));
for (const id of ["client", "redirect", "scope"]) at(id).addEventListener("input", build);

function forget() {
  iss = "";
  configuration = null;
  for (const [id, words] of Object.entries(empty)) at(id).textContent = words;
  for (const id of ["reading", "building", "pasting", "read-failed", "bad-file", "no-pkce", "insecure"]) show(id, false);
  at("paste").value = "";
  build();
}

/** SMART App Launch 2.2, "Using .well-known": below the base address, with no slash too many. */
function address() {
  return `${iss.replace(/\/+$/, "")}/.well-known/smart-configuration`;
}

async function read() {
  const asked = iss;
  show("read-failed", false);
  try {
    const answer = await fetch(address(), { credentials: "omit", referrerPolicy: "no-referrer", headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (asked === iss) await use(text);
  } catch {
    if (asked !== iss) return;
    show("read-failed");
    show("pasting");
  }
}

/** Takes the text of a configuration; its addresses are shown, never followed. */
async function use(text) {
  const isDoor = (address) => typeof address === "string" && URL.canParse(address) && new URL(address).protocol === "https:";
  let read = null;
  try {
    read = JSON.parse(text);
  } catch {
    // Told below.
  }
  const good = isDoor(read?.authorization_endpoint) && isDoor(read?.token_endpoint);
  show("bad-file", !good);
  show("pasting", !good);
  if (!good) return;
  configuration = read;
  state = random(16);
  challenge = "";
  const methods = read.code_challenge_methods_supported;
  show("no-pkce", !(Array.isArray(methods) && methods.includes("S256")));
  show("insecure", !crypto.subtle);
  if (crypto.subtle) {
    const verifier = random(32);
    challenge = base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
  }
  show("building");
  build();
}

function build() {
  const cells = Object.fromEntries([...document.querySelectorAll("[data-parameter]")].map((cell) => [cell.dataset.parameter, cell]));
  if (!configuration) {
    for (const [name, cell] of Object.entries(cells)) cell.textContent = { response_type: "code", code_challenge_method: "S256" }[name] ?? "…";
    return;
  }
  const parameters = {
    response_type: "code",
    client_id: at("client").value.trim(),
    redirect_uri: at("redirect").value.trim(),
    scope: at("scope").value.trim(),
    state,
    aud: iss,
    code_challenge: challenge,
    code_challenge_method: "S256",
  };
  const request = new URL(configuration.authorization_endpoint);
  for (const [name, value] of Object.entries(parameters)) {
    request.searchParams.set(name, value);
    cells[name].textContent = value;
  }
  at("authorize").textContent = `GET ${request}`;
  at("token").textContent = configuration.token_endpoint;
  at("goes-to").textContent = fill(at("building").dataset.goes, request.host);
}
