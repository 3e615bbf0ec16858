// Asking a child: the line of what stands chosen follows what is chosen; a link is shared, copied and printed; and of a
// page from which the phone was handed over nothing is left for Back. Without this file all but Share and Copy works.
"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);

  function sayChoices() {
    for (const said of document.querySelectorAll("[data-choice]")) {
      const chosen = new FormData(said.closest("form")).get(said.dataset.choice);
      if (chosen) said.textContent = JSON.parse(said.dataset.words)[chosen];
    }
  }

  // A tool that this browser has is offered; what becomes of it is said beside it.
  function offer(id, isThere, use) {
    const button = one("#" + id), status = one("#copied");
    if (!button || !isThere) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      status.textContent = "";
      use().then((done) => { status.textContent = done || ""; }, (problem) => {
        if (problem.name !== "AbortError") status.textContent = status.dataset.failed; // else the person thought better
      });
    });
  }

  function offerWays(place) {
    const { address, text } = place.dataset;
    offer("share", navigator.share, () => navigator.share({ text, url: address }));
    offer("copy", navigator.clipboard, () => (
      navigator.clipboard.writeText(address).then(() => one("#copied").dataset.done)
    ));
  }

  function tellOtherTabs() { // locked.js listens; nothing stays stored
    try {
      localStorage.setItem("handed-over", "yes");
      localStorage.removeItem("handed-over");
    } catch { /* a browser that forbids storage */ }
  }

  // One press hands the phone over. The page empties itself first; a browser that keeps it for Back loads it anew.
  function emptyBeforeHandingOver(form) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.pressed) return event.preventDefault();
      form.dataset.pressed = "yes";
      const main = one("main"), words = one("[data-now]").dataset.now;
      tellOtherTabs();
      setTimeout(() => { main.textContent = words; });
    });
  }

  document.addEventListener("change", sayChoices);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
    else sayChoices();
  });
  const place = one(".ways[data-address]"), form = one(".hand-over-phone");
  if (place) offerWays(place);
  if (form) emptyBeforeHandingOver(form);
  if (location.hash === "#print") print();
})();
