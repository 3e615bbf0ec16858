// One question at a time: which screens are on the child's path, the one shown, and the list to check before Send.

// The path, by the rules of survey/path.py and survey/model.py: what is unanswered, declined or not asked makes every
// condition false. Only "unless" holds then: it keeps who helps from being asked twice. The helper's page is on the
// path once it says who that is.
function findPath(screens) {
  const answers = {};
  return screens.filter((screen) => {
    const { name, show } = screen.dataset;
    const holds = JSON.parse(show || "[]").every(([field, op, options]) => {
      const given = answers[field] || [], isAmong = given.some((id) => options.includes(id));
      return op === "unless" ? !isAmong : given.length > 0 && isAmong !== (op === "not");
    });
    if (holds && name) answers[name] = picked(screen).map((input) => input.value);
    return holds && (!isAside(screen) || answers[name].length > 0);
  });
}
const isAside = (screen) => "aside" in screen.dataset;
const pathOf = (visit) => findPath(visit.screens);
// Nobody is led to an aside; it leads to the first screen.
const stepsOf = (visit) => pathOf(visit).filter((screen) => !isAside(screen));
const stepBy = (visit, by, steps = stepsOf(visit)) => steps[isAside(visit.now) ? 0 : steps.indexOf(visit.now) + by];

const title = (screen) => one("h2", screen);
// Those in sight, but what is set aside.
const boxes = (screen) => all("textarea:not([form])", screen).filter((box) => !box.closest("[hidden]"));
const declined = (screen) => one("[name=declined]", screen);
const isDeclined = (screen) => !!declined(screen)?.checked;
const picked = (screen) => isDeclined(screen) ? [] : all(".option :checked", screen);
const texts = (screen) => [...boxes(screen), ...all("output", screen)].map(typed);
const isAnswered = (screen) => picked(screen).length > 0 || texts(screen).some(Boolean);
// A box to tick that acts as a button: it goes on to the next question. What was ticked or typed stays where it is and
// is set aside: of no form (`form=""`), so that nothing sends it. Pressed again, all is as it was before.
function decline(visit, no, pressed) {
  const screen = no.closest(".screen"), chosen = one("[type=radio]:checked", screen);
  if (pressed) screen.chosen = chosen;
  const before = chosen || screen.chosen;
  if (before) before.checked = !pressed;
  no.checked = pressed;
  no.setAttribute("aria-pressed", pressed);
  screen.classList.toggle("declined", pressed);
  for (const input of all(".option [type=checkbox],textarea", screen)) {
    input.toggleAttribute("form", pressed);
    if (input.dataset.limit) isLong(visit, input);
  }
}

// A text is never cut: beyond the limit the words say so, and Next waits. Counted by the rules of survey/types.py.
const typed = (box) => box.value.replace(/\r\n?/g, "\n").trim().normalize("NFC");
function isLong(visit, box) {
  const limit = +box.dataset.limit, length = [...typed(box)].length, long = length > limit && !box.hasAttribute("form");
  const words = document.getElementById(box.id + "-long");
  const text = long ? fill(visit.words.too_long, { length, limit }) : "";
  if (words.textContent !== text) words.textContent = text;
  if (long) box.setAttribute("aria-invalid", "true");
  else box.removeAttribute("aria-invalid");
  return long;
}

function showScreen(visit, screen, quiet) {
  const { screens, check, sending } = visit, asked = pathOf(visit);
  visit.now = screen;
  visit.seen.add(screen);
  if (screen === check) listAnswers(visit, asked);
  for (const each of [...screens, sending]) each.classList.toggle("now", each === screen);
  showParts(visit);
  placeListening(screen);
  root.classList.add("script"); // from here on the other screens are hidden: never before one is shown
  showProgress(visit, asked);
  nameNext(visit);
  closeSheet();
  hush();
  keep(visit);
  fitEdges();
  showTitle(visit);
  if (quiet) return;
  refuseTaps(visit);
  focusOn(title(screen));
  readOn();
}
// What belongs to an answer is in sight while that is chosen: `data-if` selects its inputs. `chosen`: just now, so that
// what comes is brought into sight. Where the IRO helps, the lines about who reads say so.
function showParts({ form }, chosen) {
  for (const part of all("[data-if]", form)) {
    const was = part.hidden;
    part.hidden = part.disabled = !all(part.dataset.if, form).some((input) => input.checked);
    if (chosen && was && !part.hidden) part.scrollIntoView({ block: "nearest" });
  }
  form.classList.toggle("iro-helps", !!one("[name^=help][value=iro]:checked", form));
}
function showTitle({ now, words, title: usual }) { // it begins with "Error:" where the screen tells of one
  document.title = one("[aria-invalid],.refusal", now) ? words.error + " " + usual : usual;
}
// A step never falls on the way to Send (survey_page/screen_steps.py). In words: of the questions still possible.
const stepOf = (screen) => +screen.dataset.step || 0;
const isQuestion = (screen) => screen.dataset.name && stepOf(screen);
function showProgress({ now, check, words }, asked) {
  const progress = one(".progress"), done = stepOf(now), steps = stepOf(check);
  const n = asked.filter(isQuestion).indexOf(now) + 1, total = n + steps - done - 1;
  const place = n ? fill(words.question_of, { n, total }) : "";
  progress.hidden = !done;
  progress.setAttribute("aria-label", place || title(now).textContent);
  fillWith(progress, [...Array(steps).keys()].map((step) => make("i", "", { className: step < done ? "done" : "" })));
  one("#told").textContent = place;
}
function nameNext({ now, words }) { // with nothing chosen or typed it says "Skip"
  const next = one("a.next", now), skips = !isAnswered(now) && !isDeclined(now);
  if (!now.dataset.name || !next || isAside(now)) return;
  next.textContent = skips ? words.skip_question : words.next;
  next.classList.toggle("skips", skips);
}
function focusOn(heading) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function moveBy(visit, by) {
  const { now, seen, check } = visit;
  const wrong = by > 0
    && (boxes(now).find((box) => isLong(visit, box)) || all("input", now).find((input) => !input.reportValidity()));
  showTitle(visit);
  if (wrong) return wrong.focus();
  const steps = stepsOf(visit), at = steps.indexOf(now);
  const unseen = () => steps.find((screen, n) => n > at && !seen.has(screen));
  const next = by > 0 && visit.changing ? unseen() || check : stepBy(visit, by, steps);
  if (!next) return;
  pushEntry();
  showScreen(visit, next);
  if (next === check) visit.changing = false;
}

function answerOf({ words }, screen) {
  const labels = picked(screen).map((input) => one("span", input.parentNode).textContent);
  const answer = [...labels, ...texts(screen)].filter(Boolean).join("\n");
  return answer || (isDeclined(screen) ? words.declined : screen.dataset.default || words.not_answered);
}
function listAnswers(visit, asked) {
  const { check, words, changing } = visit, cover = one("details", check);
  const n = asked.filter((screen) => isQuestion(screen) && isAnswered(screen)).length;
  one(".count", check).textContent = n === 1 ? words.answered_one : fill(words.answered, { n });
  if (cover && !changing) cover.open = false;
  const items = asked.filter((screen) => screen.dataset.name).map((screen) => {
    const question = title(screen).textContent, item = make("li", "");
    const change = make("button", words.change + " ", { type: "button" });
    change.append(make("span", question, { className: "hidden" }));
    change.onclick = () => {
      visit.changing = true;
      showScreen(visit, screen);
    };
    item.append(make("b", question), make("span", answerOf(visit, screen)), change);
    return item;
  });
  fillWith(one(".answers", check), items);
}
