// What takes longer than a moment says so: a page whose figures are still being made asks how far they are, and opens
// itself anew when they are done; a file that is being written is announced. Without this file there is a link.
"use strict";
(() => {
  const ASK_EVERY = 3000, SHOWN_FOR = 8000;
  const progress = document.getElementById("progress"), busy = document.getElementById("busy");

  async function ask() {
    try {
      const reply = await fetch(progress.dataset.ask);
      if (!reply.ok || !/json/.test(reply.headers.get("Content-Type"))) return; // signed out: the link leads on
      const { words, ready } = await reply.json();
      progress.textContent = words;
      if (ready) {
        location.reload();
        return;
      }
    } catch { /* no signal: it is asked again */ }
    setTimeout(ask, ASK_EVERY);
  }

  function announce({ currentTarget }) {
    busy.textContent = currentTarget.dataset.busy;
    setTimeout(() => { busy.textContent = ""; }, SHOWN_FOR);
  }

  if (progress) setTimeout(ask, ASK_EVERY);
  for (const form of document.querySelectorAll("form[data-busy]")) form.addEventListener("submit", announce);
  for (const link of document.querySelectorAll("a[data-busy]")) link.addEventListener("click", announce);
})();
