// Read aloud: what a person recorded is played, all else is read with the phone's own voice, where it has one for the
// page's language. The word being read is marked; of a recording, all that it says.
const voice = window.speechSynthesis, sound = new Audio();
const marks = window.CSS?.highlights && new Highlight();
if (marks) CSS.highlights.set("reading", marks);
const READ = "h1,h2,p,legend,.option>span:first-of-type,.skip span,.answers b,.answers li>span";
const NOT_READ = ".hidden,.foot,.draft,legend:has(h2)";
let turn = 0; // which reading is under way: one that was stopped does not go on

const language = (tag) => tag.slice(0, 2);
const canSpeak = () => voice?.getVoices().some(({ lang }) => language(lang) === language(root.lang));

function offerListening() { // on a screen where there is something to hear
  const button = one("#listen");
  button.hidden = !canSpeak() && !all("[data-clip]").some((part) => part.offsetParent);
  button.onclick = () => button.getAttribute("aria-pressed") === "true" ? hush() : readAloud();
}

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
  offerListening();
  one("#listen").setAttribute("aria-pressed", false);
}

function isReadable(part) {
  return part.checkVisibility?.() !== false && part.offsetParent && !part.matches(NOT_READ) && part.textContent.trim();
}

function readAloud() {
  const mine = ++turn, speaks = canSpeak(), broken = new Set();
  const parts = all(READ, one("main")).filter(isReadable);
  const clipOf = (part) => {
    const { clip } = part?.closest("[data-clip]")?.dataset || {};
    return !broken.has(clip) && clip;
  };
  one("#listen").setAttribute("aria-pressed", true);
  play(0);

  function play(n) { // from the nth part on, until it is stopped
    if (mine !== turn) return;
    const part = parts[n], clip = clipOf(part);
    if (!part) return hush();
    if (clip) return playClip(n, clip);
    if (!speaks) return play(n + 1);
    const words = new SpeechSynthesisUtterance(part.textContent);
    words.lang = root.lang;
    words.onstart = () => mine === turn && mark(part);
    words.onboundary = ({ charIndex, charLength }) => mine === turn && mark(part, charIndex, charLength);
    const last = n + 1 === parts.length || clipOf(parts[n + 1]);
    if (last) words.onend = () => play(n + 1);
    voice.speak(words);
    if (!last) play(n + 1);
  }

  function playClip(n, clip) { // one recording can say several parts
    let next = n + 1;
    while (clipOf(parts[next]) === clip) next += 1;
    const fail = () => {
      if (broken.has(clip)) return;
      broken.add(clip);
      play(n);
    };
    mark();
    for (const each of parts.slice(n, next)) each.classList.add("reading");
    Object.assign(sound, { onended: () => play(next), onerror: fail, src: clip }).play().catch(fail);
  }
}

voice?.addEventListener?.("voiceschanged", offerListening);
addEventListener("pagehide", hush);
