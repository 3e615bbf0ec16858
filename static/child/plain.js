// Gives the plain page back, with all that was chosen and typed, when the script fails: whenever that is. It stands
// first and asks nothing of the other parts, since any of them may be what fails.
"use strict";
// `isPlain`: the script does nothing any more. `before`: while the page is turned to another language, the one before.
const fallback = { isPlain: false, before: null };

addEventListener("error", showPlain);
addEventListener("unhandledrejection", showPlain);
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && document.documentElement.matches(".gone")) location.replace("/leave");
});

function showPlain() {
  if (fallback.isPlain) return;
  fallback.isPlain = true;
  const { before } = fallback, page = document.documentElement, find = (selector) => document.querySelector(selector);
  try {
    sessionStorage.clear(); // without script nothing would end the draft
  } catch { // storage is forbidden: nothing is in it
  }
  if (page.matches(".gone")) { // Leave was pressed: nothing is shown again
    find("#visit")?.remove();
    return location.replace(find(".leave").href);
  }
  if (before) {
    document.body.replaceWith(before.body);
    Object.assign(page, { lang: before.lang, dir: before.dir });
    document.title = before.title;
  }
  const wasShown = page.matches(".script");
  page.classList.remove("script");
  for (const tool of document.querySelectorAll(".looks, .listen, .say, .read-on, .close")) tool.hidden = true;
  for (const part of document.querySelectorAll(".reading")) part.classList.remove("reading");
  const form = find("#visit");
  if (form) restore(form);
  if (form && wasShown) (find("#visit .now") || find("#visit .check")).scrollIntoView();
  window.speechSynthesis?.cancel();
}

function restore(form) { // what startVisit() and the screens changed
  const { link, plain } = form.elements, panel = document.querySelector("#sign-in");
  form.noValidate = false;
  if (plain) plain.disabled = false;
  for (const part of form.querySelectorAll("[data-if]")) part.hidden = part.disabled = false;
  for (const no of form.querySelectorAll("[name=declined]")) {
    no.removeAttribute("role");
    no.removeAttribute("aria-pressed");
  }
  form.addEventListener("input", ({ target }) => { // what "I don't want to say" set aside counts again, once touched
    for (const aside of target.closest(".screen").querySelectorAll("[form]")) aside.removeAttribute("form");
  });
  for (const way of form.querySelectorAll(".ways a")) if (link) way.href = "/r/" + link.value + way.search;
  document.querySelector(".leave").addEventListener("click", () => {
    document.documentElement.classList.add("gone");
    form.remove();
  });
  if (!panel || panel.hidden) return;
  form.hidden = true; // what an officer wrote down is out of sight until they have signed in
  panel.querySelector("button").onclick = async () => {
    const { ok, redirected } = await fetch(form.action);
    panel.hidden = ok && !redirected;
    form.hidden = !panel.hidden;
  };
}
