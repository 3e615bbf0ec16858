// Begins a visit: gathers what the page holds, listens to what the child does, and shows the first screen.
function begin(taken) { // `taken`: what was answered before the page was put in another language or look
  const form = one("#visit");
  useLooks(one(".looks"));
  for (const close of all(".close")) close.hidden = false;
  useReading();
  offerListening();
  fitEdges();
  if (form && isAble()) return window.beginKeyedIn ? beginKeyedIn(startVisit) : startVisit(form, taken);
  for (const link of all(".leave")) {
    link.onclick = (event) => {
      event.preventDefault();
      leave(null, link);
    };
  }
}

// What is used later than on the first screen: without it the page stays plain.
function isAble() {
  const { Element, FormData } = window;
  const needed = [
    window.fetch, window.AbortController, window.DOMParser, window.URLSearchParams, history.pushState, "".normalize,
    Element.prototype.append, Element.prototype.closest, Element.prototype.replaceWith, FormData?.prototype.entries,
  ];
  return needed.every(Boolean);
}

function startVisit(form, taken) {
  const isVerbal = form.dataset.verbal !== undefined, said = JSON.parse(form.dataset.said);
  const key = form.dataset.key || one(".leave").search; // "?k=" and the mark of this link
  const visit = {
    form, isVerbal, key, screens: all(".screen", form), check: one(".check", form), sending: one("#s-sending"),
    words: said, keepsDraft: form.dataset.draft !== undefined,
    // What staff look at or key in has no link; it stays where it is.
    address: form.elements.link ? "/r" + key + choiceOf(location) : location.pathname + location.search,
    title: document.title.replace(said.error + " ", ""),
    isReplaced: false, // by the same page in another language: what listens beyond the page's own content is over
    now: null, seen: new Set(), changing: false, locked: false, over: false,
    fading: 0, going: 0, fresh: 0, tapped: null, wake() {},
  };
  const aimed = location.hash.slice(1);
  history.replaceState(history.state, "", visit.address);
  if (form.elements.plain) form.elements.plain.disabled = true; // only a plain send is led on to a page of its own
  form.noValidate = true; // moveBy() asks each screen while it is shown
  listenToForm(visit);
  listenToPage(visit);
  const wrong = one("[aria-invalid]", form);
  const first = wrong?.closest(".screen") || takeUp(visit, taken)
    || visit.screens.find((screen) => screen.id === aimed);
  for (const no of all("[name=declined]", form)) {
    no.setAttribute("role", "button");
    decline(visit, no, no.checked);
  }
  const ways = one(".ways", form);
  if (ways) one(".looks .close").after(ways.cloneNode(true));
  showScreen(visit, first || visit.screens[0], !first);
  wrong?.focus();
  return visit;
}

function listenToForm(visit) {
  const { form } = visit;
  const on = (target, name, act) => listenTo(visit, target, name, act);
  on(one("#try"), "click", () => visit.wake());
  on(form, "input", ({ target }) => edit(visit, target));
  on(form, "change", ({ target }) => {
    if (target.name === "declined") decline(visit, target, target.checked);
    else edit(visit, target);
    showParts(visit, true);
    if (isDeclined(visit.now)) moveBy(visit, 1);
    else keep(visit);
  });
  on(form, "submit", (event) => {
    event.preventDefault();
    const { activeElement } = document;
    if (activeElement.name === "declined") activeElement.click();
    else if (visit.now !== visit.check) moveBy(visit, 1);
    else if (!visit.locked) deliver(visit);
  });
  for (const button of all("[name=not_for_me]", form)) {
    on(button, "click", (event) => {
      event.preventDefault();
      if (!visit.locked) deliver(visit, button);
    });
  }
}

// What is chosen or typed counts again, also where it was set aside.
function edit(visit, target) {
  const no = declined(visit.now);
  if (no?.checked && no !== target) decline(visit, no, false);
  if (target.dataset.limit) isLong(visit, target);
  showTitle(visit);
  nameNext(visit);
}

const listenTo = (visit, target, name, act, more) => target.addEventListener(name, (event) => {
  if (!fallback.isPlain && !visit.isReplaced) act(event);
}, more);

function listenToPage(visit) {
  const on = (target, name, act, more) => listenTo(visit, target, name, act, more);
  listenToTaps(visit, on);
  on(document, "click", (event) => {
    const link = event.target.closest("a");
    if (link?.matches(".leave")) {
      event.preventDefault();
      root.classList.add("gone"); // first of all: also where the rest fails
      leave(visit);
    } else if (link?.matches(".ways a") && visit.form.elements.link) {
      event.preventDefault();
      askToTurn(visit, link);
    } else if (link?.matches("[href='#s-helper']")) {
      event.preventDefault();
      pushEntry();
      showScreen(visit, one("#s-helper"));
    } else if (link?.matches(".foot a") && visit.form.contains(link)) {
      event.preventDefault();
      moveBy(visit, link.matches(".next") ? 1 : -1);
    }
  });
  on(window, "popstate", () => {
    if (visit.over) return;
    const before = visit.locked ? visit.now : stepBy(visit, -1);
    if (!before) return history.back();
    pushEntry();
    showScreen(visit, before);
  });
  on(window, "online", () => visit.wake());
  on(window, "pagehide", () => visit.now && keep(visit));
}

// The language and look in an address, to be asked for again with a reload.
function choiceOf({ search }) {
  const asked = new URLSearchParams(search);
  asked.delete("k");
  return `${asked}` && "&" + asked;
}

begin();
