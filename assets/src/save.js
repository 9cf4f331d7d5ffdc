// "Save to My places": a button that adds this organization to the list in this browser, or takes it away. The list is
// read and shown by places.js; nothing is sent.
(() => {
  "use strict";
  const KEY = "connector.places";
  const MOST = 50;
  const list = () => {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    if (!Array.isArray(kept)) throw new TypeError("not a list");
    return kept;
  };
  for (const box of document.querySelectorAll("[data-save]")) {
    const { save: id, name, add, remove, sure } = box.dataset;
    const button = box.querySelector("button");
    const status = box.querySelector("[role=status]");
    const here = (place) => place?.id === id;
    const label = (kept) => { button.textContent = kept.some(here) ? remove : add; };
    const toggle = () => {
      const kept = list();
      const place = kept.find(here);
      if (place && (place.note || place.done) && !confirm(sure)) return null;
      if (!place && kept.length >= MOST) return ["many", kept];
      const now = place ? kept.filter((other) => !here(other)) : [...kept, { id, name }];
      localStorage.setItem(KEY, JSON.stringify(now));
      return [place ? "removed" : "saved", now];
    };
    const shown = () => { try { label(list()); } catch { label([]); } };
    button.addEventListener("click", () => {
      let said = ["failed", []];
      // Storage may be blocked, full, or hold what is no list: the page says so and changes nothing.
      try { said = toggle(); } catch { /* said already */ }
      if (!said) return;
      const words = box.querySelector("template").content.querySelector(`[data-said=${said[0]}]`).cloneNode(true);
      for (const count of words.querySelectorAll("b")) count.textContent = said[1].length;
      status.replaceChildren(words);
      shown();
    });
    shown();
    window.addEventListener("pageshow", shown);
    box.hidden = false;
  }
})();
