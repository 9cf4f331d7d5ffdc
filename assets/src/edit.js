// A look at addresses while they are typed: words of our own server beside the field. Without it the form does the same, but
// for these words.
const form = document.querySelector("[data-look-at]");
const token = form?.querySelector("[name=csrf]")?.value;

const note = (field) => {
  let line = document.getElementById(`${field.id}-look`);
  if (!line) {
    line = document.createElement("p");
    line.id = `${field.id}-look`;
    line.className = "edit-look";
    line.setAttribute("role", "status");
    field.after(line);
  }
  return line;
};

const look = async (field) => {
  const typed = field.value.trim();
  if (!typed || typed === field.dataset.looked) return;
  field.dataset.looked = typed;
  const line = note(field);
  line.className = "edit-look";
  line.textContent = form.dataset.looking;
  const body = new URLSearchParams({ url: typed, what: field.dataset.look, lang: form.dataset.lang });
  try {
    const answer = await fetch(form.dataset.lookAt, { method: "POST", body, headers: { "x-csrf-token": token } });
    const told = await answer.json();
    if (field.value.trim() !== typed) return;
    line.textContent = told.words.join(" ");
    line.className = `edit-look ${told.good ? "good" : "bad"}`;
  } catch {
    line.remove();
    delete field.dataset.looked;
  }
};

for (const field of form?.querySelectorAll("[data-look]") ?? []) {
  let timer;
  field.addEventListener("change", () => look(field));
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => look(field), 1500);
  });
}
