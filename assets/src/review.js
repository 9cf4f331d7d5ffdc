// Keys of moderators: from thing to thing, and back. No key decides anything; without this, Tab and Enter do the same.
(() => {
  "use strict";
  const links = [...document.querySelectorAll("[data-item] > a")];
  const help = document.querySelector("#keys");
  const move = (by) => {
    const at = links.indexOf(document.activeElement);
    const to = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
    if (to) to.focus();
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    o: () => { if (links.includes(document.activeElement)) document.activeElement.click(); },
    u: () => { const back = document.querySelector("[data-back]"); if (back) back.click(); },
    "?": () => { if (help) { help.open = !help.open; if (help.open) help.querySelector("summary").focus(); } },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
})();
