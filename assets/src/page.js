// Print and share on the page of an organization. Without it the buttons stay hidden: browsers print and share too. And two
// counts of a day, how often the page was opened and a door of it taken: nothing of who did it, and none of whoever asks not
// to be counted (docs/counts.md).
(() => {
  "use strict";
  const said = document.querySelector(".action-said");
  const show = (button) => { button.parentElement.hidden = false; };
  for (const button of document.querySelectorAll("[data-print]")) {
    show(button);
    button.addEventListener("click", () => {
      // On paper everything is open.
      for (const details of document.querySelectorAll("main details:not(.who-says, .menu)")) details.open = true;
      window.print();
    });
  }
  for (const button of document.querySelectorAll("[data-share]")) {
    if (!navigator.share && !navigator.clipboard) continue;
    show(button);
    button.addEventListener("click", async () => {
      const url = button.dataset.share;
      try {
        if (navigator.share) return await navigator.share({ title: document.title, url });
        await navigator.clipboard.writeText(url);
        said.textContent = button.dataset.copied;
      } catch {
        // Somebody closed the list of apps to share with: nothing to say.
      }
    });
  }
  const counted = document.querySelector("[data-count]");
  const asksNotTo = navigator.doNotTrack === "1" || navigator.globalPrivacyControl === true;
  if (counted && navigator.sendBeacon && !asksNotTo) {
    const tell = (what) => navigator.sendBeacon("/b", `${counted.dataset.count} ${what}`);
    tell("view");
    for (const door of document.querySelectorAll(".door a.go")) door.addEventListener("click", () => tell("door"));
  }
})();
