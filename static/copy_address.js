// A button that copies what stands in a field. Without this file the field is selected and copied by hand.
"use strict";
(() => {
  async function copyField(field) {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch { // no clipboard here, as on a page without https: what is selected is copied the older way
      document.execCommand("copy");
    }
  }
  for (const button of document.querySelectorAll("[data-copies]")) {
    const field = document.getElementById(button.dataset.copies);
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await copyField(field);
      button.textContent = button.dataset.done;
    });
    button.hidden = false;
  }
})();
