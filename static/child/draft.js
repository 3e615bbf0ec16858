// A draft stays in this tab for half an hour, where the survey allows it. It carries a sum of the link, never the link,
// so that another child's link in the same tab does not show it.
const HALF_HOUR = 18e5;
const sumOf = (form) => [...(form.elements.link?.value || "")].reduce((n, c) => (n * 31 + c.charCodeAt(0)) | 0, 7);
const forget = () => store((drafts) => drafts.removeItem("visit"));

function written({ form, now }) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "link" && name !== "page");
  return { sum: sumOf(form), at: Date.now(), screen: now.id, fields };
}
function keep(visit) {
  if (!visit.keepsDraft || visit.over) return;
  store((drafts) => drafts.setItem("visit", JSON.stringify(written(visit))));
  clearTimeout(visit.fading);
  visit.fading = setTimeout(forget, HALF_HOUR);
}
function takeUp(visit, taken) { // the screen to go on from, with its answers put back
  const { form, keepsDraft } = visit;
  const draft = taken || (keepsDraft && store((drafts) => JSON.parse(drafts.getItem("visit"))));
  if (!draft || draft.sum !== sumOf(form) || Date.now() - draft.at > HALF_HOUR) return forget();
  for (const input of all("input:not([type=hidden]),textarea", form)) {
    const values = draft.fields.filter(([name]) => name === input.name).map(([, value]) => value);
    if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
    else input.value = values[0] || "";
  }
  return pathOf(visit).find((screen) => screen.id === draft.screen);
}
function wipe(visit) {
  visit.over = true;
  hush();
  clearTimeout(visit.fading);
  store((kept) => kept.clear());
  for (const input of all("input,textarea", visit.form)) {
    input.checked = false;
    input.value = input.defaultValue = "";
  }
  visit.form.remove();
}
