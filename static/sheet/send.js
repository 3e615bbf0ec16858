// The second part of the sheet's script: what is kept and sent.

// What is keyed in stays on this device
const isKeyedIn = () => within(".ask").some((ask) => isFilled(ask) || isDeclined(ask))
  || within("textarea").some((box) => box.value.trim());
const titleOf = (ask) => ask.querySelector("legend").textContent.trim();
const answerIn = (ask) => [...pickedIn(ask).map((input) => input.closest("label").textContent.trim()),
  ...boxesOf(ask).map((box) => box.value.trim())].filter(Boolean).join("\n");
function keepSheet(sending) {
  const form = formOf(), name = form && KEPT + markOfSheet();
  if (!form || !("draft" in form.dataset) || !canLock() || keying.over) return;
  if (!isKeyedIn()) {
    if (keying.touched) dropKept(name);
    showKept();
    return;
  }
  const fields = [...new FormData(form)].filter(([field]) => field !== "csrf_token"), at = Date.now();
  const said = within(".ask").filter(isFilled).map((ask) => [titleOf(ask), answerIn(ask)]);
  const beside = form.elements.written_beside.value.trim();
  if (beside) said.push(["", beside]);
  const body = sending ? `${new URLSearchParams(new FormData(form))}` : "";
  const place = new URL(form.action).pathname, key = form.dataset.lock;
  keying.saving = keying.saving.then(async () => {
    const locked = await lockWords(key, { fields, said, body });
    if (!keying.over) localStorage.setItem(name, JSON.stringify({ at, place, sending, ...locked }));
  }).catch(() => {}).then(showKept); // storage is forbidden or full: then nothing says that it is kept
}
function showKept() {
  const isKept = isKeptHere(), words = document.querySelector("#kept-here");
  if (words) words.hidden = !isKept;
  document.querySelector("#delete").hidden = !isKept;
}
async function takeUpKept(form) {
  const [kept] = canLock() ? keptOf(markOfSheet()) : [], draft = kept && await openKept(kept, form.dataset.lock);
  if (!draft) return false;
  for (const input of within("input:not([type=hidden]), textarea", form)) {
    const values = draft.fields.filter(([name]) => name === input.name).map(([, value]) => value);
    if (/radio|checkbox/.test(input.type)) input.checked = values.includes(input.value);
    else if (values.length) [input.value] = values;
  }
  return kept.sending;
}

// Sending: nothing leaves the page before the service says that it is stored
function say(words) {
  document.querySelector("#said").textContent = words;
}
async function sendSheet() {
  const form = formOf(), { desk, failed, noSignal, sending } = form.dataset;
  if (keying.busy) return;
  keying.busy = true;
  clearTimeout(keying.pause);
  say(sending);
  keepSheet(true);
  try {
    if (keying.stale) await freshenGuard(form);
    const body = new URLSearchParams(new FormData(form));
    const reply = await fetch(form.action, { method: "POST", body, headers: { "X-Sent-By": "script" } });
    const page = await parsePage(reply);
    if (page.querySelector("[data-page=thanks]")) {
      keying.over = true;
      await keying.saving;
      dropKept(KEPT + markOfSheet());
      location.href = desk;
      return;
    }
    if (reply.status === 401) showSignIn(true);
    else if (page.querySelector("#visit") || reply.status === 409) showPage(page);
    else {
      keying.stale = true;
      say(failed);
    }
  } catch {
    say(noSignal);
  }
  keying.busy = false;
}
async function freshenGuard(form) { // of whoever signed in again, or whose page was open for long
  const page = await fetch(form.action).then(parsePage), fresh = page.querySelector("#visit [name=csrf_token]");
  if (fresh) form.elements.csrf_token.value = fresh.value;
  keying.stale = !fresh;
  return Boolean(fresh);
}
function showSignIn(isOut) {
  const panel = document.querySelector("#sign-in");
  panel.hidden = !isOut;
  formOf().hidden = isOut;
  say("");
  if (isOut) panel.focus();
}
function showPage(page) { // what the service answered: what is wrong, with all that was typed
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  const summary = document.querySelector(".error-summary");
  if (formOf()) beginSheet();
  if (summary) summary.focus();
}
