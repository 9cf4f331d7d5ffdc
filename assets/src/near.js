// "Use my location": a button beside the box for the place. The browser is asked when it is pressed, never before;
// what it says is rounded to a hundredth of a degree, put into the box, and sent only with the form.
(() => {
  "use strict";
  const box = document.querySelector("input[data-locate]");
  if (!box || !navigator.geolocation || !window.isSecureContext) return;
  const words = box.dataset;
  const button = document.createElement("button");
  const status = document.createElement("p");
  button.type = "button";
  button.className = "locate";
  button.textContent = words.locate;
  status.className = "located";
  status.setAttribute("role", "status");
  box.after(button);
  box.parentElement.after(status);
  button.addEventListener("click", () => {
    status.textContent = words.locating;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        box.value = coords.latitude.toFixed(2) + "," + coords.longitude.toFixed(2);
        status.textContent = words.located;
      },
      (error) => { status.textContent = error.code === error.PERMISSION_DENIED ? words.refused : words.failed; },
      { enableHighAccuracy: false, maximumAge: 600000, timeout: 15000 },
    );
  });
})();
