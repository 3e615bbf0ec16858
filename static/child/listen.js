// What is read aloud, and the buttons for it. What reads (read_aloud.js) is fetched when it is first asked for.
const voice = window.speechSynthesis, sound = new Audio();
const READ = "h1,h2,p,legend,.option>span:first-of-type,.skip span,.answers b,.answers li>span";
const NOT_READ = ".hidden,.foot,.draft";
const SOON = 3e3; // milliseconds in which what reads must be here, else it is read plainly
let turn = 0; // which reading is under way: one that was stopped does not go on
let clock = 0; // goes on where a voice or a recording falls silent
let queue = []; // what the voice was given: some browsers forget to tell the end of what nothing else holds

const language = (tag) => tag.slice(0, 2);
const canSpeak = () => voice?.getVoices().some(({ lang }) => language(lang) === language(root.lang));

function offerListening() { // on a screen where there is something to hear
  const speaks = canSpeak(), large = one("main .listen");
  const isSilent = !speaks && !all("[data-clip]").some((part) => part.offsetParent);
  one("[name=read]").closest("fieldset").hidden = !speaks && !one("[data-clip]");
  for (const button of all(".listen")) {
    button.hidden = isSilent || (large && button !== large);
    button.onclick = () => button.getAttribute("aria-pressed") === "true" ? hush() : readAloud();
  }
  for (const say of all(".now .say")) {
    const label = one("span", say.previousSibling);
    say.disabled = !speaks && !label.dataset.clip;
    say.onclick = () => {
      hush();
      readAloud([label]);
    };
  }
  for (const options of all(".now .options")) options.classList.toggle("voiced", one(".say:enabled", options));
}

// 4-7 and easy read: large, beside the question, and small beside each answer.
function placeListening(screen) {
  if (!document.body.matches(".young,.easy")) return;
  const small = one("#listen"), on = one("[name=read][value=on]"), name = small.getAttribute("aria-label");
  const large = one("main .listen") || small.cloneNode(true), heading = title(screen);
  const always = one(".read-on") || make("button", on.parentNode.textContent, { type: "button" });
  always.className = "tool read-on";
  large.removeAttribute("id");
  always.onclick = () => (root.dataset.read ? one("[name=read]") : on).click();
  (heading.closest("legend") || heading).after(large, always);
  for (const option of all(".option", screen)) {
    if (option.nextSibling.className === "say") continue;
    const say = make("button", "", { type: "button", className: "say" });
    say.setAttribute("aria-label", name + ": " + one("span", option).textContent);
    say.append(one("svg", small).cloneNode(true));
    option.after(say);
  }
}

// "Read to me from now on": each next screen by itself, kept in the tab as the looks are.
function useReading() {
  for (const input of all("[name=read]")) {
    input.addEventListener("change", () => root.dataset.read ? readAloud() : hush());
  }
}
const readOn = () => root.dataset.read && one(".listen:not([hidden])") && readAloud();

function hush() {
  turn += 1;
  clearTimeout(clock);
  voice?.cancel();
  sound.pause();
  window.mark?.();
  offerListening();
  showReading(false);
}

function showReading(isReading) {
  for (const button of all(".listen")) button.setAttribute("aria-pressed", isReading);
  const always = one(".read-on");
  if (!always) return;
  always.hidden = !isReading && !root.dataset.read;
  always.setAttribute("aria-pressed", !!root.dataset.read);
}

function isReadable(part) {
  const isShown = part.checkVisibility?.() !== false && part.offsetParent && !part.matches(NOT_READ);
  return isShown && !(part.matches("legend") && one("h2", part)) && part.textContent.trim();
}

function readAloud(parts = all(READ, one("main")).filter(isReadable)) {
  const mine = ++turn, read = (how) => mine === turn && how(parts);
  showReading(true);
  if (window.readParts) return readParts(parts);
  // Said and loaded in the press itself: without that an iPhone lets nothing be heard a moment later.
  voice?.speak(new SpeechSynthesisUtterance(""));
  sound.load();
  clearTimeout(clock);
  clock = setTimeout(read, SOON, readPlainly);
  return fetchScript(one("#listen").dataset.reader).then(() => read(readParts), () => read(readPlainly));
}

// Without a line: all of it in one piece, and nothing is marked.
function readPlainly(parts) {
  turn += 1;
  if (!canSpeak()) return hush();
  const words = new SpeechSynthesisUtterance(parts.map((part) => part.textContent.trim()).join("\n"));
  queue = [Object.assign(words, { lang: root.lang, onend: hush, onerror: hush })];
  voice.speak(words);
}

voice?.addEventListener?.("voiceschanged", offerListening);
addEventListener("pagehide", hush);
