// Suggestions as you type: a list under the search box, after the W3C pattern "combobox with list autocomplete".
// The page works without it. Nothing is chosen by itself; Enter on nothing searches.
(() => {
  "use strict";
  const box = document.querySelector("input[data-suggest]");
  if (!box || !window.fetch || !window.AbortController) return;
  const data = box.dataset;
  const kinds = new Map(data.kinds.split("|").map((pair) => pair.split(":")));
  const list = document.createElement("ul");
  const status = document.createElement("div");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", data.name);
  status.className = "usa-sr-only";
  status.setAttribute("role", "status");
  box.after(list, status);
  const set = (name, value) => box.setAttribute(name, value);
  set("role", "combobox");
  set("aria-autocomplete", "list");
  set("aria-expanded", "false");
  set("aria-controls", list.id);

  let waiting = 0;
  let asking = null;
  let saying = 0;
  let active = -1;

  const say = (text) => {
    clearTimeout(saying);
    saying = setTimeout(() => { status.textContent = text; }, 500);
  };
  const close = () => {
    clearTimeout(waiting);
    if (asking) asking.abort();
    asking = null;
    list.hidden = true;
    list.textContent = "";
    active = -1;
    set("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    const options = list.children;
    if (options[active]) options[active].setAttribute("aria-selected", "false");
    active = index;
    if (index < 0) return box.removeAttribute("aria-activedescendant");
    options[index].setAttribute("aria-selected", "true");
    options[index].scrollIntoView({ block: "nearest" });
    set("aria-activedescendant", options[index].id);
  };
  const add = (name, more, address) => {
    const option = document.createElement("li");
    option.id = "suggestion-" + list.children.length;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.address = address;
    option.append(name);
    if (more) {
      const small = document.createElement("span");
      small.textContent = more;
      option.append(" ", small);
    }
    list.append(option);
  };
  const show = (words, results) => {
    list.textContent = "";
    active = -1;
    box.removeAttribute("aria-activedescendant");
    for (const r of results) {
      const place = [r.city, r.state].filter(Boolean).join(", ");
      add(r.name, [kinds.get(r.kind), place].filter(Boolean).join(" · "), data.page + encodeURIComponent(r.slug));
    }
    add(data.all.replace("{words}", () => words), "", data.find + "?" + new URLSearchParams({ q: words }));
    list.hidden = false;
    set("aria-expanded", "true");
    const n = results.length;
    say(n === 0 ? data.none : n === 1 ? data.one : data.many.replace("{number}", n));
  };
  const ask = async () => {
    const words = box.value.trim();
    if (words.length < 2) return close();
    if (asking) asking.abort();
    const mine = new AbortController();
    asking = mine;
    try {
      const answer = await fetch(data.suggest + "?" + new URLSearchParams({ q: words }), { signal: mine.signal });
      if (!answer.ok) return close();
      const found = await answer.json();
      if (asking === mine && document.activeElement === box) show(words, found.results);
    } catch {
      if (asking === mine) close();
    }
  };
  const go = (option) => { window.location.assign(option.dataset.address); };

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  box.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.isComposing) return;
    if (event.key === "Escape") {
      if (list.hidden) box.value = "";
      close();
      event.preventDefault();
    } else if (list.hidden) {
      if (event.key === "ArrowDown") ask();
    } else if (event.key === "ArrowDown") {
      mark(active < last ? active + 1 : 0);
      event.preventDefault();
    } else if (event.key === "ArrowUp") {
      mark(active > 0 ? active - 1 : last);
      event.preventDefault();
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      go(list.children[active]);
    }
  });
  // Before the box loses focus, so that the list is still there.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(option);
  });
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  // Back from another page: the list of before is not what is typed now.
  window.addEventListener("pageshow", close);
})();
