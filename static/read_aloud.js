// What reads aloud, beside the child's script and fetched when it is first asked for (child/listen.js): what a person
// recorded is played, all else is read with the phone's own voice, where it has one for the page's language. The word
// being read is marked; of a recording, all that it says.
const marks = window.CSS?.highlights && new Highlight();
if (marks) CSS.highlights.set("reading", marks);
const LONGEST = 200; // letters that a voice is given at once: in longer texts some fall silent, and say nothing of it
const WAIT = 2000, LETTER = 100; // milliseconds after which a voice that gives no sign is taken to have fallen silent

function mark(part, start, length) {
  for (const each of all(".reading")) each.classList.remove("reading");
  marks?.clear();
  part?.classList.add("reading");
  if (!marks || !part || !length) return;
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  for (let before = 0, text; (text = walker.nextNode()); before += text.length) {
    const from = start - before;
    if (from < 0 || from >= text.length) continue;
    const range = new Range();
    range.setStart(text, from);
    range.setEnd(text, Math.min(from + length, text.length));
    marks.add(range);
    break;
  }
}

// A part in sentences, and a long sentence at its pauses: [the part, where the piece begins in it, its words].
function piecesOf(part) {
  const pieces = [], text = part.textContent;
  for (let from = 0; from < text.length;) {
    const rest = text.slice(from), [sentence] = /^.*?(?:(?:[.!?…؟۔]["'’”»)]*(?=\s)|[。！？])\s*|$)/su.exec(rest);
    const long = sentence.length > LONGEST, start = rest.slice(0, LONGEST);
    const [piece] = !long ? [sentence]
      : /^.*[,;:،؛–—、]\s/s.exec(start) || /^.*\s/s.exec(start) || /^.*[^\uD800-\uDBFF]/s.exec(start);
    if (piece.trim()) pieces.push([part, from, piece]);
    from += piece.length;
  }
  return pieces;
}

function readParts(parts) {
  const mine = ++turn, speaks = canSpeak(), broken = new Set();
  const clipOf = (part) => {
    const { clip } = part?.closest("[data-clip]")?.dataset || {};
    return !broken.has(clip) && clip;
  };
  play(0);

  function play(n) { // from the nth part on, until it is stopped
    if (mine !== turn) return;
    const part = parts[n], clip = clipOf(part);
    if (!part) return hush();
    if (clip) return playClip(n, clip);
    if (!speaks) return play(n + 1);
    let next = n + 1;
    while (parts[next] && !clipOf(parts[next])) next += 1;
    say(parts.slice(n, next).flatMap(piecesOf), next);
  }

  // All pieces up to the next recording are given at once: the voice makes its own pauses.
  function say(pieces, next) {
    let at = 0, isOver = false; // by the clock
    const isMine = () => mine === turn && !isOver;
    const reach = (n, told = 0) => { // the nth piece is being said, and that many of its letters are
      at = n;
      clearTimeout(clock);
      if (n === pieces.length) return play(next);
      clock = setTimeout(goOn, WAIT + LETTER * (pieces[n][2].length - told));
    };
    const goOn = () => {
      isOver = true;
      voice.cancel();
      say(pieces.slice(at + 1), next);
    };
    queue = pieces.map(([part, start, text], n) => {
      const words = new SpeechSynthesisUtterance(text);
      const tell = (told, length) => {
        if (!isMine()) return;
        reach(n, told);
        mark(part, start + (told || 0), length);
      };
      const end = () => isMine() && n >= at && reach(n + 1);
      return Object.assign(words, {
        lang: root.lang, onstart: () => tell(), onend: end, onerror: end,
        onboundary: ({ charIndex, charLength }) => tell(charIndex, charLength),
      });
    });
    reach(0);
    for (const words of queue) if (isMine()) voice.speak(words);
  }

  function playClip(n, clip) { // one recording can say several parts
    let next = n + 1;
    while (clipOf(parts[next]) === clip) next += 1;
    const fail = () => {
      if (broken.has(clip)) return;
      broken.add(clip);
      sound.pause();
      play(n);
    };
    const wait = () => {
      clearTimeout(clock);
      clock = setTimeout(fail, LONGEST * LETTER);
    };
    mark();
    for (const each of parts.slice(n, next)) each.classList.add("reading");
    wait();
    const told = { ontimeupdate: () => mine === turn && wait(), onended: () => play(next), onerror: fail };
    Object.assign(sound, { ...told, src: clip }).play().catch(fail);
  }
}
