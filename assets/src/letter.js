// The request letter: what is typed and ticked goes into the letter on this page and nowhere else. Nothing is sent or kept.
const form = document.getElementById("letter-form");
const letters = [...document.querySelectorAll(".letter")];
const status = form.querySelector("[role=status]");
const fields = [...form.querySelectorAll("[data-fill]")];
const boxes = [...form.querySelectorAll("select, [type=checkbox]")];
// The empty lines as the page came, to go back to.
const blanks = letters.flatMap((letter) => [...letter.querySelectorAll("[data-field]")].map((blank) => ({ blank, lang: letter.lang, empty: blank.querySelectorAll(".rule") })));
const today = { en: new Date().toLocaleDateString("en-US", { dateStyle: "long" }), es: new Date().toLocaleDateString("es-US", { dateStyle: "long" }) };

const write = () => {
  const typed = new Map(fields.map((field) => [field.dataset.fill, field.value.trim()]));
  const picked = new Set(boxes.filter((box) => box.value && (box.checked || box.matches("select"))).map((box) => box.value));
  for (const { blank, lang, empty } of blanks) {
    const words = blank.dataset.field === "date" ? today[lang] : typed.get(blank.dataset.field);
    blank.replaceChildren(...(words ? [words] : empty));
    blank.classList.toggle("filled", Boolean(words));
  }
  for (const list of letters.flatMap((letter) => [...letter.querySelectorAll("[data-group]")])) {
    const group = list.dataset.group;
    const some = [...picked].some((choice) => choice.startsWith(`${group}.`));
    // What nobody ticked stays as boxes for a pen; extras go as soon as anything is chosen.
    const open = !some && (group !== "more" || !picked.size);
    list.classList.toggle("chosen", !open);
    for (const item of list.children) item.hidden = !open && !picked.has(item.dataset.choice);
    list.hidden = [...list.children].every((item) => item.hidden);
  }
  const who = form.querySelector("[data-pick=who]")?.value ?? "";
  for (const part of form.querySelectorAll("[data-other-person]")) {
    part.hidden = !who || who === "who.self" || (who === "who.child" && Boolean(part.querySelector("[data-fill=basis]")));
  }
};

const plain = (element) => {
  const copy = element.cloneNode(true);
  for (const blank of copy.querySelectorAll("[data-field]:not(.filled)")) blank.replaceChildren("__________");
  const mark = element.matches("li") && !element.parentElement.classList.contains("chosen") ? "[ ] " : "";
  return mark + copy.textContent.split("\n").map((line) => line.trim().replace(/\s+/g, " ")).join("\n");
};
const asText = (letter) => [...letter.querySelectorAll("p, li")].filter((part) => !part.closest("[hidden]")).map(plain).join("\n\n");

const acts = {
  print: () => window.print(),
  copy: async () => {
    try {
      await navigator.clipboard.writeText(`${asText(letters[0])}\n`);
      status.textContent = form.dataset.copied;
    } catch { status.textContent = form.dataset.notCopied; }
  },
  again: () => {
    if (!confirm(form.dataset.sure)) return;
    for (const field of fields) field.value = field.defaultValue;
    for (const box of boxes) {
      if (box.matches("select")) box.value = "";
      else box.checked = false;
    }
    write();
    status.textContent = form.dataset.emptied;
    document.getElementById("form-heading").focus();
  },
};
for (const button of form.querySelectorAll("[data-do]")) button.addEventListener("click", acts[button.dataset.do]);
form.addEventListener("input", write);
form.addEventListener("change", write);
form.hidden = false;
write();
