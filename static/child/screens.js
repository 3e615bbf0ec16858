// One question at a time: which screens are on the child's path, the one shown, and the list to check before Send.

// The path, by the rules of survey/path.py and survey/model.py: what is unanswered, declined or not asked makes every
// condition false.
function findPath(screens) {
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
const pathOf = (visit) => findPath(visit.screens);
// Send stands below the check, on one screen with it.
const stepsOf = (visit) => pathOf(visit).filter((screen) => screen !== visit.send);

const title = (screen) => one("h2", screen);
const boxes = (screen) => all("textarea", screen);
const declined = (screen) => one("[name=declined]", screen);
const picked = (screen) => declined(screen)?.checked ? [] : all(".option :checked", screen);
function decline(no, pressed) { // a box to tick that acts as a button: it goes on to the next question
  no.checked = pressed;
  no.setAttribute("aria-pressed", pressed);
}

// A text is never cut: beyond the limit the words say so, and Next waits. Counted by the rules of survey/types.py.
const typed = (box) => box.value.replace(/\r\n?/g, "\n").trim().normalize("NFC");
function isLong(visit, box) {
  const limit = +box.dataset.limit, length = [...typed(box)].length, long = length > limit;
  const words = document.getElementById(box.id + "-long");
  const text = long ? fill(visit.words.too_long, { length, limit }) : "";
  if (words.textContent !== text) words.textContent = text;
  if (long) box.setAttribute("aria-invalid", "true");
  else box.removeAttribute("aria-invalid");
  return long;
}

function showScreen(visit, screen, quiet) {
  const { screens, check, send, sending } = visit, asked = pathOf(visit);
  visit.now = screen;
  visit.seen.add(screen);
  if (screen === check) listAnswers(visit, asked);
  for (const each of [...screens, sending]) {
    each.classList.toggle("now", each === screen || (screen === check && each === send));
  }
  showProgress(visit, asked.filter((each) => "question" in each.dataset));
  one(".help").open = one(".looks").open = false;
  hush();
  keep(visit);
  if (!quiet) focusOn(title(screen));
}
function showProgress({ screens, now, sending, words }, questions) {
  const progress = one(".progress");
  const done = questions.filter((each) => screens.indexOf(each) <= screens.indexOf(now)).length;
  const place = questions.includes(now) ? fill(words.question_of, { n: done, total: questions.length }) : "";
  progress.hidden = !done || now === sending;
  progress.setAttribute("aria-label", place || title(now).textContent);
  progress.replaceChildren(...questions.map((each, n) => make("i", "", { className: n < done ? "done" : "" })));
  one("#told").textContent = place;
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
  if (wrong) return wrong.focus();
  const steps = stepsOf(visit), at = steps.indexOf(now);
  const unseen = () => steps.find((screen, n) => n > at && !seen.has(screen));
  const next = by > 0 && visit.changing ? unseen() || check : steps[at + by];
  if (!next) return;
  if (next === check) visit.changing = false;
  pushEntry(visit);
  showScreen(visit, next);
}
// One entry of history, so that the phone's Back means the question before.
function pushEntry(visit) {
  if (!visit.pushed) history.pushState({}, "", visit.address);
  visit.pushed = true;
}

function answerOf({ words }, screen) {
  const labels = picked(screen).map((input) => one("span", input.parentNode).textContent);
  const texts = all("textarea,input[type=date]", screen).map(typed);
  const answer = [...labels, ...texts].filter(Boolean).join("\n");
  return answer || (declined(screen)?.checked ? words.declined : screen.dataset.default || words.not_answered);
}
function listAnswers(visit, asked) {
  const items = asked.filter((screen) => screen.dataset.name).map((screen) => {
    const question = title(screen).textContent, item = make("li", "");
    const change = make("button", visit.words.change + " ", { type: "button" });
    change.append(make("span", question, { className: "hidden" }));
    change.onclick = () => {
      visit.changing = true;
      showScreen(visit, screen);
    };
    item.append(make("b", question), make("span", answerOf(visit, screen)), change);
    return item;
  });
  one(".answers", visit.check).replaceChildren(...items);
}
