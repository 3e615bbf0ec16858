// One question at a time, and a send that is tried until it is acknowledged. Without this file the page still works.
"use strict";
(function begin(taken) {
  const form = document.getElementById("visit"), root = document.documentElement;
  // What listens beyond the page's own content ends when that content is put in another language or look.
  const ending = new AbortController(), { signal: ended } = ending;
  const on = (target, name, act) => target.addEventListener?.(name, act, { signal: ended });
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const store = (work) => { try { return work(sessionStorage); } catch { return null; } }; // a browser may forbid storage

  // How the page looks, by the reader's own choice: kept in this tab until the visit is over.
  const looks = one(".looks"), chosen = store((kept) => JSON.parse(kept.getItem("looks"))) || { ...root.dataset };
  for (const input of all("input", looks)) {
    const put = () => input.value ? (root.dataset[input.name] = input.value) : delete root.dataset[input.name];
    input.checked = (chosen[input.name] || "") === input.value;
    if (input.checked) put();
    input.onchange = () => {
      put();
      chosen[input.name] = input.value;
      store((kept) => kept.setItem("looks", JSON.stringify(chosen)));
    };
  }
  looks.hidden = false;

  // Read aloud: what a person recorded is played, all else is read with the phone's own voice, where it has one for the
  // page's language. The word being read is marked; of a recording, all that it says.
  const listen = one("#listen"), voice = window.speechSynthesis, sound = new Audio(), marks = CSS.highlights && new Highlight();
  if (marks) CSS.highlights.set("reading", marks);
  let turn = 0, speaks;
  const offer = () => { // on a screen where there is something to hear
    speaks = voice?.getVoices().some(({ lang }) => lang.slice(0, 2) === root.lang.slice(0, 2));
    listen.hidden = !speaks && !all("[data-clip]").some((part) => part.offsetParent);
  };
  function mark(part, start, length) {
    for (const each of all(".reading")) each.classList.remove("reading");
    marks?.clear();
    part?.classList.add("reading");
    if (!marks || !part || !length) return;
    const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    for (let before = 0, text; (text = texts.nextNode()); before += text.length) {
      const from = start - before;
      if (from < 0 || from >= text.length) continue;
      const range = new Range();
      range.setStart(text, from);
      range.setEnd(text, Math.min(from + length, text.length));
      marks.add(range);
      break;
    }
  }
  function hush() {
    turn += 1;
    voice?.cancel();
    sound.pause();
    mark();
    offer();
    listen.setAttribute("aria-pressed", false);
  }
  function read() {
    const mine = ++turn, broken = new Set(), parts = all("h1,h2,p,legend,.option>span:first-of-type,.skip span,.answers b,.answers li>span", one("main"))
      .filter((part) => part.checkVisibility?.() !== false && part.offsetParent && !part.matches(".hidden,.foot,.draft,legend:has(h2)") && part.textContent.trim());
    const clip = (part) => {
      const { clip } = part?.closest("[data-clip]")?.dataset || {};
      return !broken.has(clip) && clip;
    };
    listen.setAttribute("aria-pressed", true);
    (function play(n) { // from the nth part on, as long as nobody hushes
      if (mine !== turn) return;
      const part = parts[n], file = clip(part);
      if (!part) return hush();
      let next = n + 1;
      if (file) {
        const fail = () => broken.has(file) || play(n, broken.add(file));
        while (clip(parts[next]) === file) next += 1;
        mark();
        for (const each of parts.slice(n, next)) each.classList.add("reading");
        Object.assign(sound, { onended: () => play(next), onerror: fail, src: file }).play().catch(fail);
      } else if (speaks) {
        const words = new SpeechSynthesisUtterance(part.textContent);
        words.lang = root.lang;
        words.onstart = () => mine === turn && mark(part);
        words.onboundary = ({ charIndex, charLength }) => mine === turn && mark(part, charIndex, charLength);
        const last = next === parts.length || clip(parts[next]);
        if (last) words.onend = () => play(next);
        voice.speak(words);
        if (!last) play(next);
      } else play(next);
    })(0);
  }
  offer();
  if (voice) on(voice, "voiceschanged", offer);
  listen.onclick = () => listen.getAttribute("aria-pressed") === "true" ? hush() : read();
  on(window, "pagehide", hush);
  if (!form) return;
  const make = (tag, text, more) => Object.assign(document.createElement(tag), { textContent: text, dir: "auto" }, more);
  const { said: sentences, signal, noSignal, draft: drafted, verbal } = form.dataset;
  const said = JSON.parse(sentences), fill = (words, values) => words.replace(/\{(\w+)\}/g, (brace, name) => values[name] ?? brace);
  const screens = all(".screen", form), check = one(".check", form), send = one(".send", form), sending = one("#s-sending");
  const progress = one(".progress"), line = one(".line"), again = one("#try");
  const address = verbal === undefined ? "/r" + location.search : location.pathname, aimed = location.hash.slice(1);
  const seen = new Set();
  let now, changing = false, pushed = !!taken?.pushed, locked = false, over = false;

  // The path, as survey/conditions has it: what is unanswered, declined or not asked makes every condition false.
  const declined = (screen) => one("[name=declined]", screen);
  function decline(no, pressed) { // a box to tick that acts as a button: it goes on to the next question
    no.checked = pressed;
    no.setAttribute("aria-pressed", pressed);
  }
  const picked = (screen) => declined(screen)?.checked ? [] : all(".option :checked", screen);
  function path() {
    const answers = {};
    return screens.filter((screen) => {
      const { name, show } = screen.dataset;
      const holds = JSON.parse(show || "[]").every(([field, op, options]) => {
        const given = answers[field] || [];
        return given.length > 0 && given.some((id) => options.includes(id)) !== (op === "not");
      });
      if (holds && name) answers[name] = picked(screen).map((input) => input.value);
      return holds;
    });
  }
  const steps = () => path().filter((screen) => screen !== send); // Send stands below the check, on one screen with it

  // A text is never cut: beyond the limit the words say so, and Next waits. Counted as survey/answers counts.
  const boxes = (screen) => all("textarea", screen), title = (screen) => one("h2", screen);
  const typed = (box) => box.value.replace(/\r\n?/g, "\n").trim().normalize("NFC");
  function isLong(box) {
    const limit = +box.dataset.limit, length = [...typed(box)].length, long = length > limit;
    const words = document.getElementById(box.id + "-long"), text = long ? fill(said.too_long, { length, limit }) : "";
    if (words.textContent !== text) words.textContent = text;
    if (long) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
    return long;
  }

  function show(screen, quiet) {
    now = screen;
    seen.add(now);
    const asked = path(), questions = asked.filter((each) => "question" in each.dataset);
    if (now === check) listAnswers(asked);
    for (const each of [...screens, sending]) each.classList.toggle("now", each === now || (now === check && each === send));
    const done = questions.filter((each) => screens.indexOf(each) <= screens.indexOf(now)).length;
    const words = questions.includes(now) ? fill(said.question_of, { n: done, total: questions.length }) : "";
    progress.hidden = !done || now === sending;
    progress.setAttribute("aria-label", words || title(now).textContent);
    progress.replaceChildren(...questions.map((each, n) => make("i", "", { className: n < done ? "done" : "" })));
    one("#told").textContent = words;
    one(".help").open = looks.open = false;
    hush();
    keep();
    if (!quiet) look(title(now));
  }
  function look(heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  function go(by) {
    const wrong = by > 0 && (boxes(now).find(isLong) || all("input", now).find((input) => !input.reportValidity()));
    if (wrong) return wrong.focus();
    const way = steps(), at = way.indexOf(now);
    const next = by > 0 && changing ? way.find((screen, n) => n > at && !seen.has(screen)) || check : way[at + by];
    if (!next) return;
    if (next === check) changing = false;
    push();
    show(next);
  }
  // One entry of history, so that the phone's Back means the question before.
  function push() {
    if (!pushed) history.pushState({}, "", address);
    pushed = true;
  }

  function answer(screen) {
    const labels = picked(screen).map((input) => one("span", input.parentNode).textContent);
    const words = [...labels, ...all("textarea,input[type=date]", screen).map(typed)].filter(Boolean);
    return words.join("\n") || (declined(screen)?.checked ? said.declined : screen.dataset.default || said.not_answered);
  }
  function listAnswers(asked) {
    one(".answers", check).replaceChildren(...asked.filter((screen) => screen.dataset.name).map((screen) => {
      const question = title(screen).textContent, item = make("li", ""), change = make("button", said.change + " ", { type: "button" });
      change.append(make("span", question, { className: "hidden" }));
      change.onclick = () => { changing = true; show(screen); };
      item.append(make("b", question), make("span", answer(screen)), change);
      return item;
    }));
  }

  // A draft stays in this tab for half an hour, where the survey allows it. It carries a sum of the link, never the link,
  // so that another child's link in the same tab does not show it.
  const HALF_HOUR = 18e5, sum = [...(form.elements.link?.value || "")].reduce((n, c) => (n * 31 + c.charCodeAt(0)) | 0, 7);
  const forget = () => store((drafts) => drafts.removeItem("visit"));
  const written = () => ({ sum, at: Date.now(), screen: now.id, fields: [...new FormData(form)].filter(([name]) => name !== "link" && name !== "page") });
  let fading;
  function keep() {
    if (drafted === undefined || over) return;
    store((drafts) => drafts.setItem("visit", JSON.stringify(written())));
    clearTimeout(fading);
    fading = setTimeout(forget, HALF_HOUR);
  }
  function takeUp() {
    const draft = taken || (drafted !== undefined && store((drafts) => JSON.parse(drafts.getItem("visit"))));
    if (!draft || draft.sum !== sum || Date.now() - draft.at > HALF_HOUR) return forget();
    for (const input of all("input:not([type=hidden]),textarea", form)) {
      const values = draft.fields.filter(([name]) => name === input.name).map(([, value]) => value);
      if (input.type === "radio" || input.type === "checkbox") input.checked = values.includes(input.value);
      else input.value = values[0] || "";
    }
    return path().find((screen) => screen.id === draft.screen);
  }
  function wipe() {
    over = true;
    hush();
    clearTimeout(fading);
    store((kept) => kept.clear());
    for (const input of all("input,textarea", form)) {
      input.checked = false;
      input.value = input.defaultValue = "";
    }
    form.remove();
  }

  // Locked until acknowledged; tried again with longer waits, and at once when the line is back.
  let wake = () => {};
  const pause = (seconds) => new Promise((done) => { wake = done; setTimeout(done, seconds * 1e3); });
  addEventListener("online", () => wake());
  again.onclick = () => wake();
  async function attempt(body) {
    const cut = new AbortController(), limit = setTimeout(() => cut.abort(), 6e4);
    try {
      const reply = await fetch(form.action, { method: "POST", body, headers: { "X-Sent-By": "script" }, signal: cut.signal });
      const { status } = reply, page = new DOMParser().parseFromString(await reply.text(), "text/html"), main = one("main", page);
      const ours = main?.dataset.page, refused = status === 400 || status === 413;
      if (status === 429 || status >= 500) return null;
      if (verbal !== undefined) {
        const ended = status === 401 || status === 403 || reply.redirected || (refused && !ours);
        return main || ended ? { status, main, page, refused, ended } : null;
      }
      // Only a page of ours acknowledges: the sign-in page of a café's network answers 200 as well.
      return ours ? { status, main, page, refused } : null;
    } catch { // no line: the answers stay here, and the next try may reach
      return null;
    } finally {
      clearTimeout(limit);
    }
  }
  async function deliver(pressed) { // the button of "This is not for me", else Send
    const long = !pressed && path().find((screen) => boxes(screen).filter(isLong).length);
    if (long) return show(long);
    const body = new URLSearchParams(new FormData(form));
    if (pressed) body.append(pressed.name, pressed.value);
    locked = true;
    show(sending);
    for (let wait = 1; !over; wait = Math.min(wait * 2, 30)) {
      const reply = await attempt(body);
      if (over) return;
      if (reply) return settle(reply);
      line.textContent = navigator.onLine ? signal : noSignal;
      again.hidden = false;
      await pause(wait);
    }
  }
  function settle({ status, main, page, refused, ended }) {
    locked = false;
    line.textContent = "";
    again.hidden = true;
    if (ended) return signIn();
    if (refused) return refuse(one("[data-words]", main) || main);
    if (!one("textarea", main) && status !== 200) {
      const kept = path().flatMap((screen) => boxes(screen).filter(typed).map((box) => [title(screen).textContent, typed(box)]));
      for (const [asked, text] of kept) main.append(make("h2", asked), make("p", text, { className: "typed" }));
    }
    wipe();
    document.title = page.title;
    progress.hidden = true;
    one("main").replaceWith(document.adoptNode(main));
    look(one("h1", main) || main);
  }
  function refuse(words) {
    one(".refusal")?.remove();
    const box = make("div", "", { className: "refusal", tabIndex: -1 });
    box.append(...all("h1,p:not(.foot)", words).map((each) => make("p", each.textContent)));
    show(check);
    check.prepend(box);
    look(box);
  }
  // An officer's session can end in somebody's kitchen: the answers are out of sight until they have signed in again.
  function signIn() {
    const panel = one("#sign-in");
    sending.classList.remove("now");
    panel.hidden = false;
    look(title(panel));
    one("button", panel).onclick = async () => {
      const page = await fetch(address).then((reply) => reply.text()).catch(() => "");
      const fresh = one("#visit [name=csrf_token]", new DOMParser().parseFromString(page, "text/html"));
      if (!fresh) return;
      form.elements.csrf_token.value = fresh.value;
      panel.hidden = true;
      show(check);
    };
  }

  // The same page in another language or look, fetched and put in the place of this one with all that was answered.
  async function turnTo(link) {
    const reply = await fetch("/r/" + form.elements.link.value + link.search, { signal: AbortSignal.timeout?.(2e4) }).catch(() => null);
    const page = reply?.ok && new DOMParser().parseFromString(await reply.text().catch(() => ""), "text/html");
    if (over || locked || ended.aborted) return; // sent, left, or turned to another meanwhile
    one(".unturned")?.remove();
    if (!page || !one("#visit", page)) return link.parentNode.after(make("p", form.dataset.stay, { className: "unturned long", role: "alert" }));
    const kept = { ...written(), pushed };
    hush();
    clearTimeout(fading);
    ending.abort();
    document.title = page.title;
    for (const name of ["lang", "dir"]) root[name] = page.documentElement[name];
    history.replaceState({}, "", "/r" + link.search);
    document.body.replaceWith(document.adoptNode(page.body));
    begin(kept);
  }

  on(document, "click", (event) => {
    const link = event.target.closest("a");
    if (link?.matches(".leave")) {
      event.preventDefault();
      root.classList.add("gone");
      wipe();
      one("main").remove();
      history.replaceState(null, "", "/");
      location.replace("/leave");
    } else if (link?.matches(".ways a")) {
      event.preventDefault();
      turnTo(link);
    } else if (link?.matches(".foot a") && form.contains(link)) {
      event.preventDefault();
      go(link.matches(".next") ? 1 : -1);
    }
  });
  form.addEventListener("change", ({ target }) => {
    const screen = target.closest(".screen"), no = declined(screen);
    if (target === no) {
      for (const input of all(".option input", screen)) input.checked = false;
      for (const box of boxes(screen)) box.value = "";
      decline(no, true);
      return go(1);
    }
    if (no && (target.checked || target.value.trim())) decline(no, false);
    keep();
  });
  form.addEventListener("input", ({ target }) => target.matches("textarea") && isLong(target));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { activeElement } = document, { submitter } = event;
    if (submitter?.name) locked || deliver(submitter);
    else if (activeElement.name === "declined") activeElement.click();
    else if (now !== check) go(1);
    else if (!locked) deliver();
  });
  on(window, "popstate", () => {
    pushed = false;
    if (over) return;
    const before = locked ? now : steps()[steps().indexOf(now) - 1];
    if (!before) return history.back();
    push();
    show(before);
  });
  on(window, "pagehide", () => now && keep());
  on(window, "pageshow", ({ persisted }) => persisted && root.matches(".gone") && location.replace("/"));

  history.replaceState({}, "", address);
  form.elements.plain?.remove(); // only a send without this script is led on to a page of its own
  root.classList.add("script");
  form.noValidate = true; // go() asks each screen while it is shown
  const wrong = one("[aria-invalid]", form), start = wrong?.closest(".screen") || takeUp() || screens.find((screen) => screen.id === aimed);
  for (const no of all("[name=declined]", form)) {
    no.setAttribute("role", "button");
    decline(no, no.checked);
  }
  const ways = one(".ways", form);
  if (ways) one(".sheet", looks).prepend(ways.cloneNode(true));
  show(start || screens[0], !start);
})();
