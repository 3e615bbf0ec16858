// Begins a visit: gathers what the page holds, listens to what the child does, and shows the first screen.
function begin(taken) { // `taken`: what was answered before the page was put in another language or look
  const form = one("#visit");
  useLooks(one(".looks"));
  offerListening();
  if (form) startVisit(form, taken);
}

function startVisit(form, taken) {
  const isVerbal = form.dataset.verbal !== undefined;
  const visit = {
    form, isVerbal, screens: all(".screen", form), check: one(".check", form), send: one(".send", form),
    sending: one("#s-sending"), words: JSON.parse(form.dataset.said), keepsDraft: form.dataset.draft !== undefined,
    address: isVerbal ? location.pathname : "/r" + location.search,
    ending: new AbortController(), // ends what listens beyond the page's own content
    now: null, seen: new Set(), changing: false, pushed: !!taken?.pushed, locked: false, over: false,
    fading: 0, wake() {},
  };
  const aimed = location.hash.slice(1);
  history.replaceState({}, "", visit.address);
  form.elements.plain?.remove(); // only a send without this script is led on to a page of its own
  root.classList.add("script");
  form.noValidate = true; // moveBy() asks each screen while it is shown
  listenToForm(visit);
  listenToPage(visit);
  const wrong = one("[aria-invalid]", form)?.closest(".screen");
  const first = wrong || takeUp(visit, taken) || visit.screens.find((screen) => screen.id === aimed);
  for (const no of all("[name=declined]", form)) {
    no.setAttribute("role", "button");
    decline(no, no.checked);
  }
  const ways = one(".ways", form);
  if (ways) one(".looks .sheet").prepend(ways.cloneNode(true));
  showScreen(visit, first || visit.screens[0], !first);
}

function listenToForm(visit) {
  const { form } = visit;
  one("#try").onclick = () => visit.wake();
  form.addEventListener("input", ({ target }) => target.matches("textarea") && isLong(visit, target));
  form.addEventListener("change", ({ target }) => {
    const screen = target.closest(".screen"), no = declined(screen);
    if (target === no) {
      for (const input of all(".option input", screen)) input.checked = false;
      for (const box of boxes(screen)) box.value = "";
      decline(no, true);
      return moveBy(visit, 1);
    }
    if (no && (target.checked || target.value.trim())) decline(no, false);
    keep(visit);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { activeElement } = document, { submitter } = event;
    const pressed = submitter?.name ? submitter : undefined; // "This is not for me"
    if (!pressed && activeElement.name === "declined") activeElement.click();
    else if (!pressed && visit.now !== visit.check) moveBy(visit, 1);
    else if (!visit.locked) deliver(visit, pressed);
  });
}

function listenToPage(visit) {
  const { signal } = visit.ending;
  const on = (target, name, act) => target.addEventListener(name, act, { signal });
  on(document, "click", (event) => {
    const link = event.target.closest("a");
    if (link?.matches(".leave")) {
      event.preventDefault();
      leave(visit);
    } else if (link?.matches(".ways a")) {
      event.preventDefault();
      turnTo(visit, link);
    } else if (link?.matches(".foot a") && visit.form.contains(link)) {
      event.preventDefault();
      moveBy(visit, link.matches(".next") ? 1 : -1);
    }
  });
  on(window, "popstate", () => {
    visit.pushed = false;
    if (visit.over) return;
    const steps = stepsOf(visit), before = visit.locked ? visit.now : steps[steps.indexOf(visit.now) - 1];
    if (!before) return history.back();
    pushEntry(visit);
    showScreen(visit, before);
  });
  on(window, "online", () => visit.wake());
  on(window, "pagehide", () => visit.now && keep(visit));
  on(window, "pageshow", ({ persisted }) => persisted && root.matches(".gone") && location.replace("/"));
}

function leave(visit) {
  root.classList.add("gone");
  wipe(visit);
  one("main").remove();
  history.replaceState(null, "", "/");
  location.replace("/leave");
}

begin();
