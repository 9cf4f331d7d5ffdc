// Passkeys: adding one, signing in with one, showing one again. Without it, the page says how to go on.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const box = document.querySelector("[data-passkey]");
  if (!box || !globalThis.PublicKeyCredential || !navigator.credentials) return;
  const [controls, said, without] = box.children;
  const button = controls.querySelector("button");
  const { passkey: job, csrf, next } = box.dataset;
  without.hidden = true;
  controls.hidden = false;

  const send = async (address, body) => {
    const headers = { "content-type": "application/json" };
    if (csrf) headers["x-csrf-token"] = csrf;
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.error ?? "broken");
    return told;
  };

  const listed = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  const asked = ({ publicKey }) => {
    const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
    if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
    if (options.excludeCredentials) options.excludeCredentials = listed(options.excludeCredentials);
    if (options.allowCredentials) options.allowCredentials = listed(options.allowCredentials);
    return options;
  };
  const answered = ({ id, rawId, type, response }) => {
    const out = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) out.attestationObject = text(response.attestationObject);
    if (response.authenticatorData) out.authenticatorData = text(response.authenticatorData);
    if (response.signature) out.signature = text(response.signature);
    if (response.userHandle) out.userHandle = text(response.userHandle);
    if (response.getTransports) out.transports = response.getTransports();
    return { id, rawId: text(rawId), type, response: out, extensions: {} };
  };

  // A browser does one thing at a time: what it offers beside the e-mail field ends when the button is pressed.
  let offer = new AbortController();
  const show = async (more) => {
    const { t, options } = await send(box.dataset.start, { lost: "lost" in box.dataset });
    const publicKey = asked(options);
    const credential =
      job === "add" ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey, ...more });
    const name = box.querySelector("#passkey-name")?.value ?? "";
    const done = await send(box.dataset.finish, { t, credential: answered(credential), name, next });
    location.assign(done.next);
  };
  const failed = (error) => {
    const known = { NotAllowedError: "stopped", AbortError: "stopped", InvalidStateError: "known" };
    said.textContent = box.dataset[known[error.name] ?? error.message] ?? box.dataset.broken;
    said.className = "passkey-said usa-error-message";
  };

  button.addEventListener("click", async () => {
    offer.abort();
    button.disabled = true;
    said.textContent = "";
    try {
      await show({});
    } catch (error) {
      failed(error);
    }
    button.disabled = false;
  });

  const offered = async () => {
    if (job !== "sign-in" || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    try {
      await show({ mediation: "conditional", signal: offer.signal });
    } catch (error) {
      if (error.name !== "AbortError" && error.name !== "NotAllowedError") failed(error);
    }
  };
  offered();
})();
