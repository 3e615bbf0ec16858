// All comments on one page: each press is kept at once and the page stays where it is; j, k, Enter, t, q, u and ? move
// and press by keyboard. Nothing counts as read but by a press. Without this file every form works by itself.
"use strict";
(() => {
  const one = (selector, place = document) => place.querySelector(selector);
  const comments = [...document.querySelectorAll(".comment")], said = one("#said"), done = [];
  const KEPT = "comment-keys";
  let here = null;

  function tell(words) {
    said.textContent = "";
    setTimeout(() => { said.textContent = words; });
  }

  function goTo(comment) {
    if (!comment) return;
    here = comment;
    comment.focus({ preventScroll: true });
    comment.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const at = comments.indexOf(here);
    goTo(comments[at < 0 ? 0 : Math.min(Math.max(at + by, 0), comments.length - 1)]);
  }

  function countLeft(by) {
    const left = one("#left");
    if (!left || !by) return;
    left.dataset.left = Math.max(Number(left.dataset.left) + by, 0);
    left.textContent = left.textContent.replace(/\d+/, left.dataset.left);
  }

  // What takes a press back: by its name, or for a theme by that theme's own button.
  function noteDone(comment, button, form) {
    const { undo } = button.dataset;
    if (undo === "theme") done.push([comment, "theme", form.elements.theme.value.trim().replace(/\s+/g, " ")]);
    else if (undo) done.push([comment, undo, ""]);
  }

  async function press(comment, form, button, isUndo) {
    if (comment.dataset.pressed) return false;
    comment.dataset.pressed = "yes";
    const fields = new FormData(form, button), before = one(".does", comment);
    fields.set("part", "yes");
    try {
      const address = button.getAttribute("formaction") || form.getAttribute("action");
      const reply = await fetch(address, { method: "POST", body: new URLSearchParams(fields) });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html"), now = one(".does", page);
      if (!now) throw new Error("another page");
      if (reply.ok && !isUndo) noteDone(comment, button, form);
      countLeft((now.dataset.read === "no") - (before.dataset.read === "no"));
      before.replaceWith(document.importNode(now, true));
      tell([...page.querySelectorAll(".note, .error")].map((each) => each.textContent).join(" ")
        || one(".made", comment).textContent);
      return reply.ok;
    } catch {
      said.classList.remove("hidden");
      tell(said.dataset.failed);
      return false;
    } finally {
      delete comment.dataset.pressed;
    }
  }

  function keepFocus(comment) {
    const wrong = one("[aria-invalid]", comment);
    if (wrong) wrong.focus();
    else goTo(comment);
  }

  async function undoLast() {
    const last = done.pop();
    if (!last) return tell(said.dataset.nothing);
    const [comment, name, theme] = last, buttons = [...comment.querySelectorAll("button")];
    const button = buttons.find((each) => (
      name === "theme" ? (each.dataset.theme || "").toLowerCase() === theme.toLowerCase() : each.dataset.does === name
    ));
    if (button) await press(comment, button.form, button, true);
    return goTo(comment);
  }

  function quote() {
    const way = here && one("[data-does='quote']", here);
    if (!way) return;
    if (way.tagName !== "SUMMARY") way.click();
    else {
      way.parentElement.open = true;
      one("input[name='ticked']", way.parentElement).focus();
    }
  }

  function openThemes() {
    const themes = here && one(".themes", here);
    if (!themes) return;
    themes.open = true;
    one("input[name='theme']", themes).focus();
  }

  async function readAndGoOn() {
    const comment = here, button = one("[data-does='read']", comment);
    if (button && !await press(comment, button.form, button)) return keepFocus(comment);
    return step(1);
  }

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    t: openThemes,
    q: quote,
    u: undoLast,
    "?": () => { one("#keys").open = !one("#keys").open; },
  };

  document.addEventListener("keydown", (event) => {
    const { key, target } = event, switched = one("#keys-on");
    if (event.ctrlKey || event.metaKey || event.altKey || !switched || !switched.checked) return;
    if (target.closest("input, select, textarea")) {
      if (key === "Escape" && here) goTo(here);
      return;
    }
    if (key === "Enter" && target.matches(".comment")) {
      event.preventDefault();
      readAndGoOn();
    } else if (Object.hasOwn(keys, key)) {
      event.preventDefault();
      keys[key]();
    }
  });
  document.addEventListener("focusin", ({ target }) => { here = target.closest(".comment") || here; });
  document.addEventListener("submit", async (event) => {
    const comment = event.target.closest(".comment");
    if (!comment || !event.submitter) return;
    event.preventDefault();
    const isRead = event.submitter.dataset.does === "read";
    const isKept = await press(comment, event.target, event.submitter);
    here = comment;
    if (isRead && isKept) step(1);
    else keepFocus(comment);
  });

  const switched = one("#keys-on");
  try {
    if (switched && localStorage.getItem(KEPT) === "no") switched.checked = false;
    switched?.addEventListener("change", () => localStorage.setItem(KEPT, switched.checked ? "yes" : "no"));
  } catch { /* a browser that forbids storage: the keys are on at each visit */ }
})();
