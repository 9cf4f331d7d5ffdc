// Inside a frame of another site: the form becomes the picker, and what is chosen is told to the one origin that the
// address of the frame names. Nobody else hears it: the browser drops what is posted to another origin.
const main = document.getElementById("main");
const form = document.getElementById("plain");
const origin = main.dataset.origin;
if (form && window.parent !== window) {
  const tell = (type, more) => window.parent.postMessage({ type, ...more }, origin);
  const picker = document.createElement("record-door-picker");
  picker.lang = document.documentElement.lang;
  for (const name of ["state", "kind", "fhir-version", "only-with-endpoint"]) {
    const value = form.getAttribute(`data-${name}`);
    if (value) picker.setAttribute(name, value);
  }
  for (const type of ["record-door-select", "record-door-clear", "record-door-error"]) {
    picker.addEventListener(type, ({ detail }) => tell(type, { detail }));
  }
  form.replaceWith(picker);
  // The height that is needed, so that the other site can give the frame room.
  new ResizeObserver(() => tell("record-door-resize", { height: Math.ceil(main.getBoundingClientRect().height) })).observe(main);
}
