// A draft stays in this tab for half an hour, where the survey allows it. It is kept under the mark of its link, no
// secret, so that another child's link in the same tab neither shows nor ends it.
const HALF_HOUR = 18e5, DRAFT = "visit";
// What staff key in stays longer, and locked (keyed_in.js).
function forget({ key, isVerbal }) {
  if (isVerbal) forgetKeyedIn();
  else store((drafts) => drafts.removeItem(DRAFT + key));
}
function forgetOld() { // those of other links too
  store((drafts) => {
    for (const name of Object.keys(drafts).filter((each) => each.startsWith(DRAFT))) {
      if (Date.now() - JSON.parse(drafts.getItem(name)).at > HALF_HOUR) drafts.removeItem(name);
    }
  });
}

function written({ form, now }) {
  const fields = [...new FormData(form)].filter(([name]) => !/^(link|page|csrf_token)$/.test(name));
  const aside = all("textarea[form],[form]:checked", form).map(({ name, value }) => [name, value]);
  return { at: Date.now(), screen: now.id, fields: [...fields, ...aside] };
}
function keep(visit) {
  if (!visit.keepsDraft || visit.over) return;
  if (visit.isVerbal) return keepKeyedIn(visit, written(visit));
  store((drafts) => drafts.setItem(DRAFT + visit.key, JSON.stringify(written(visit))));
  clearTimeout(visit.fading);
  visit.fading = setTimeout(() => forget(visit), HALF_HOUR);
}
function takeUp(visit, taken) { // the screen to go on from, with its answers put back
  const { form, key, keepsDraft } = visit;
  forgetOld();
  const draft = taken || (keepsDraft && store((drafts) => JSON.parse(drafts.getItem(DRAFT + key))));
  if (!draft) return undefined;
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
  forget(visit);
  store((kept) => kept.removeItem("looks"));
  for (const input of all("input,textarea", visit.form)) {
    input.checked = false;
    input.value = input.defaultValue = "";
  }
  visit.form.remove();
}
