// A send is locked until it is acknowledged; tried again with longer waits, and at once when the line is back.
const A_MINUTE = 6e4;
const parse = (html) => new DOMParser().parseFromString(html, "text/html");
function timeLimit(length) { // a signal for fetch, and what ends the limit
  const cut = new AbortController(), timer = setTimeout(() => cut.abort(), length);
  return [cut.signal, () => clearTimeout(timer)];
}
const pause = (visit, seconds) => new Promise((done) => {
  visit.wake = done;
  setTimeout(done, seconds * 1e3);
});

async function attempt({ form, isVerbal }, body) { // what came back, or null where another try is due
  const request = { method: "POST", body, headers: { "X-Sent-By": "script" } };
  const [signal, stop] = timeLimit(A_MINUTE);
  try {
    const reply = await fetch(form.action, { ...request, signal }), { status } = reply;
    const page = parse(await reply.text()), main = one("main", page);
    const ours = main?.dataset.page, refused = status === 400 || status === 413;
    if (status === 429 || status >= 500) return null;
    if (isVerbal) {
      const ended = status === 401 || status === 403 || reply.redirected || (refused && !ours);
      return main || ended ? { status, main, page, refused, ended } : null;
    }
    // Only a page of ours acknowledges: the sign-in page of a café's network answers 200 as well.
    return ours ? { status, main, page, refused } : null;
  } catch { // no line: the answers stay here, and the next try may reach
    return null;
  } finally {
    stop();
  }
}

async function deliver(visit, pressed) { // the button of "This is not for me", else Send
  const { form, sending } = visit, line = one(".line");
  const long = !pressed && pathOf(visit).find((screen) => boxes(screen).filter((box) => isLong(visit, box)).length);
  if (long) return showScreen(visit, long);
  const body = new URLSearchParams(new FormData(form));
  if (pressed) body.append(pressed.name, pressed.value);
  visit.locked = true;
  showScreen(visit, sending);
  for (let wait = 1; !visit.over && !fallback.isPlain; wait = Math.min(wait * 2, 30)) {
    const reply = await attempt(visit, body);
    if (visit.over || fallback.isPlain) return;
    if (reply) return settle(visit, reply);
    line.textContent = navigator.onLine ? form.dataset.signal : form.dataset.noSignal;
    one("#try").hidden = false;
    await pause(visit, wait);
  }
}

function settle(visit, { status, main, page, refused, ended }) {
  visit.locked = false;
  one(".line").textContent = "";
  one("#try").hidden = true;
  if (ended) return signIn(visit);
  if (refused) return refuse(visit, one("[data-words]", main) || main);
  if (!one("textarea", main) && status !== 200) giveBack(visit, main);
  document.title = page.title;
  one(".progress").hidden = true;
  document.head.append(...all("[href*=notice]", page));
  one("main").replaceWith(document.adoptNode(main));
  wipe(visit);
  focusOn(one("h1", main) || main);
  fitEdges();
  readOn();
}
function giveBack(visit, main) { // what was typed, on a page that took nothing
  for (const screen of pathOf(visit)) {
    for (const text of all("textarea", screen).map(typed).filter(Boolean)) {
      main.append(make("h2", title(screen).textContent), make("p", text, { className: "typed" }));
    }
  }
}
function refuse(visit, words) {
  one(".refusal")?.remove();
  const box = make("div", "", { className: "refusal", tabIndex: -1 });
  box.append(...all("h1,p:not(.foot)", words).map((each) => make("p", each.textContent)));
  showScreen(visit, visit.check);
  one(".thing", visit.check).prepend(box);
  showTitle(visit);
  focusOn(box);
}
