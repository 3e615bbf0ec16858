// What the pages have beside the child's script on which staff key in a child's answers. It stands before that script.
const typing = {
  form: document.querySelector("#visit"), desk: document.querySelector("#leaving .desk").href,
  touched: false, over: false, saving: Promise.resolve(), pause: 0,
};
const SENDING = "s-sending"; // the screen that is shown from Send on
const markOfPage = () => typing.form.dataset.key.replace("?w=", ""); // of the person and the link

// A visit is started once what was kept of it is open (child/start.js).
async function beginKeyedIn(start) {
  const { form } = typing, [kept] = canLock() ? keptOf(markOfPage()) : [];
  const draft = kept && await openKept(kept, form.dataset.lock);
  sayDay(form);
  const visit = start(form, draft);
  showUnsent();
  listenToOfficer(visit);
  const sending = Boolean(draft) && draft.screen === SENDING; // Send was pressed already, where there was no signal
  if (draft) showScreen(visit, sending ? visit.check : visit.now, true);
  if (sending) deliver(visit);
}

const filledIn = (selector) => [...typing.form.querySelectorAll(selector)].some(({ value, defaultValue, type }) => (
  type === "date" ? value !== defaultValue : value.trim()
));
const isKeyedIn = () => typing.form.isConnected && filledIn(":checked, textarea, [type=date]");
const isKept = () => keptOf(markOfPage()).length > 0;

// Called by child/draft.js. One after another, so that the last is what stays.
function keepKeyedIn(visit, draft) {
  const name = KEPT + markOfPage(), key = typing.form.dataset.lock;
  if (!canLock() || typing.over) return;
  if (!isKeyedIn()) {
    if (typing.touched) dropKept(name); // all was taken out again, here
    return showUnsent();
  }
  // In words, for the page of a link that is over.
  const asked = pathOf(visit).filter((screen) => screen.dataset.name);
  const said = asked.map((screen) => [title(screen).textContent, answerOf(visit, screen)]);
  const sending = draft.screen === SENDING, body = sending ? `${new URLSearchParams(new FormData(visit.form))}` : "";
  typing.saving = typing.saving.then(async () => {
    const locked = await lockWords(key, { ...draft, said, body });
    if (typing.over) return;
    localStorage.setItem(name, JSON.stringify({ at: draft.at, place: visit.address, sending, ...locked }));
  }).catch(() => {}).then(showUnsent); // storage is forbidden or full: then the page says that nothing is kept
}
// Called by child/draft.js when the page is over. What was not taken stays: its page shows it once more, to be copied.
function forgetKeyedIn() {
  if (document.querySelector("[data-page=thanks]")) deleteKeyedIn();
}
function deleteKeyedIn() {
  typing.over = true;
  dropKept(KEPT + markOfPage());
  showUnsent();
}

// The phone is handed to a child in another tab (asking.js): this one shows nothing either, once its words are kept.
addEventListener("storage", ({ key, newValue }) => {
  if (key !== "handed-over" || !newValue) return;
  typing.saving.then(() => {
    if (isKeyedIn() && !isKept()) return;
    document.documentElement.hidden = true;
    document.addEventListener("visibilitychange", () => location.reload());
    addEventListener("focus", () => location.reload());
  });
});

function showUnsent() { // on the page, how many of this person's are not sent yet
  const place = document.querySelector("#unsent"), [mine] = markOfPage().split(".");
  const number = keptOf(mine + ".").length, words = number ? countInWords(place, number) : "";
  if (place.textContent !== words) place.textContent = words;
}

// In words: whoever means Monday's visit sees that it was a Monday.
function sayDay(form) {
  const { valueAsDate: day } = form.elements.day;
  const how = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" };
  form.querySelector("#day-words").value = day ? day.toLocaleDateString("en-GB", how) : "";
}
function askPeople(form) { // one at least is ticked of who was there
  const people = form.querySelector(".people"); // a paper form asks for none
  if (!people) return;
  const words = people.querySelector(":checked") ? "" : people.dataset.asked;
  people.querySelector("input").setCustomValidity(words);
}
const problemOf = (input) => document.querySelector(`#${input.name}-problem`);

function listenToOfficer(visit) {
  const { form } = typing, { read_back: readBack } = form.elements, later = () => keep(visit);
  form.addEventListener("input", ({ target }) => {
    typing.touched = true;
    // What was read out is no longer what is sent.
    if (readBack && target.name !== "read_back" && target.name !== "sure") readBack.checked = false;
    sayDay(form);
    askPeople(form);
    if (problemOf(target) && target.validity.valid) {
      problemOf(target).textContent = "";
      for (const box of form.querySelectorAll(`[name=${target.name}]`)) box.removeAttribute("aria-invalid");
    }
    clearTimeout(typing.pause);
    typing.pause = setTimeout(later, 400);
  });
  form.addEventListener("invalid", (event) => {
    const { target } = event, problem = problemOf(target);
    if (!problem) return;
    event.preventDefault(); // instead of the browser's own bubble, in its own language
    target.setAttribute("aria-invalid", "true");
    problem.textContent = (target.closest("[data-asked]") || target).dataset.asked;
  }, true);
  document.addEventListener("visibilitychange", later);
  sayDay(form);
  askPeople(form);
}

// What the server asks about before it keeps it comes as words alone: the box to tick goes below them.
{
  const { form } = typing, isRight = document.querySelector("#is-right");
  new MutationObserver(() => {
    const words = form.querySelector(".refusal");
    if (!words || !words.textContent.includes(isRight.dataset.asked) || form.elements.sure) return;
    words.after(isRight.content.cloneNode(true));
  }).observe(form, { childList: true, subtree: true });
}

// An officer's page: its way out leads to the desk, and what is keyed in stays until it is sent or deleted.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a, .delete"), asking = document.querySelector("#leaving");
  if (!link || !link.matches(".leave, .stay, .delete")) return; // the child's script, or the browser
  event.preventDefault();
  event.stopImmediatePropagation();
  if (link.matches(".delete")) {
    deleteKeyedIn();
    location.href = typing.desk;
  } else if (link.matches(".stay")) {
    if (asking.close) asking.close();
    else location.hash = "";
  } else if (isKeyedIn()) {
    await typing.saving;
    asking.querySelector(".kept").hidden = asking.querySelector(".delete").hidden = !isKept();
    asking.querySelector(".lost").hidden = isKept();
    if (asking.showModal) asking.showModal();
    else location.hash = "leaving"; // :target shows it
  } else location.href = typing.desk; // nothing is keyed in, or it is sent
}, true);

// An officer's session can end in somebody's kitchen: the answers are out of sight until they have signed in again.
function signIn(visit) {
  const panel = one("#sign-in");
  visit.sending.classList.remove("now");
  panel.hidden = false;
  focusOn(title(panel));
  one("button", panel).onclick = async () => {
    const page = parse(await fetch(visit.address).then((reply) => reply.text()).catch(() => ""));
    const isSent = one("[data-page=thanks]", page); // by My month
    if (isSent) return settle(visit, { status: 200, main: one("main", page), page });
    const fresh = one("#visit [name=csrf_token], .end [name=csrf_token]", page); // only who is signed in has one
    if (!fresh) return;
    visit.form.elements.csrf_token.value = fresh.value;
    panel.hidden = true;
    showScreen(visit, visit.check);
  };
}
