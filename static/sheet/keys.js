// Keying in a paper form with the keyboard alone: each question is one field, in which a letter ticks and goes on.
// Beside it: what is off the path is dimmed, never lost; what is keyed in stays on this device, locked, until it is
// sent (docs/decisions/0024). Without this script the page is an ordinary form.
const keying = {
  saving: Promise.resolve(), pause: 0, over: false, touched: false, busy: false, stale: false,
};
const formOf = () => document.querySelector("#visit");
const within = (selector, place = formOf()) => [...place.querySelectorAll(selector)];
const markOfSheet = () => formOf().dataset.key.replace("?w=", "");
const isKeptHere = () => keptOf(markOfSheet()).length > 0;
const boxesOf = (ask) => within("textarea", ask);
const choicesOf = (ask) => within("[data-letter]", ask);
const declineOf = (ask) => ask.querySelector("[name=declined]");
const isDeclined = (ask) => Boolean(declineOf(ask)?.checked);
const pickedIn = (ask) => isDeclined(ask) ? [] : choicesOf(ask).filter((input) => input.checked);
const isFilled = (ask) => pickedIn(ask).length > 0 || boxesOf(ask).some((box) => box.value.trim());

// The rules of survey/path.py: what is unanswered or not asked makes every condition false but "unless".
function questionsOnPath() {
  const answers = {};
  return within(".ask").filter((ask) => {
    const holds = JSON.parse(ask.dataset.show).every(([field, op, options]) => {
      const given = answers[field] || [], isAmong = given.some((id) => options.includes(id));
      return op === "unless" ? !isAmong : given.length > 0 && isAmong !== (op === "not");
    });
    if (holds) answers[ask.dataset.field] = pickedIn(ask).map((input) => input.value);
    return holds;
  });
}
function markPath() {
  const path = questionsOnPath(), off = within(".ask").filter((ask) => !path.includes(ask));
  for (const ask of within(".ask")) ask.classList.toggle("dimmed", off.includes(ask));
  const filled = off.filter(isFilled).map((ask) => ask.dataset.number), place = document.querySelector("#not-counted");
  const words = filled.length ? `${place.dataset.words} ${filled.join(", ")}` : "";
  if (place.textContent !== words) place.textContent = words;
  place.hidden = !filled.length;
}

// The way of the keyboard
function focusOn(input) {
  input.focus({ preventScroll: true });
  (input.closest(".ask") || input).scrollIntoView({ block: "center" });
}
const fieldOf = (ask) => choicesOf(ask).find((input) => input.checked) || choicesOf(ask)[0] || boxesOf(ask)[0];
function goOn(ask) {
  const all = within(".ask"), path = questionsOnPath();
  const next = all.slice(ask ? all.indexOf(ask) + 1 : 0).find((each) => path.includes(each));
  focusOn(next ? fieldOf(next) : document.querySelector("#send"));
}
function goBack(ask) {
  const all = within(".ask"), path = questionsOnPath();
  const former = all.slice(0, ask ? all.indexOf(ask) : all.length).findLast((each) => path.includes(each));
  focusOn(former ? fieldOf(former) : document.querySelector("#day"));
}
const wantsBox = (ask) => boxesOf(ask).length > 0 && choicesOf(ask).length > 0
  && (!ask.dataset.boxFor || pickedIn(ask).some((input) => input.value === ask.dataset.boxFor));
function leave(ask, target) { // from the answers to the box beside them, then on to the next question
  if (wantsBox(ask) && !target.matches("textarea")) focusOn(boxesOf(ask)[0]);
  else goOn(ask);
}
function tick(input, checked) {
  input.checked = checked;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
function choose(ask, input) {
  const isOne = input.type === "radio";
  tick(input, isOne || !input.checked);
  if (isOne) leave(ask, input);
  else input.focus();
}
function empty(ask) {
  for (const input of within("input", ask)) input.checked = false;
  tick(fieldOf(ask), false);
}
function press(event) {
  const { target, key } = event, ask = target.closest(".ask"), letter = key.toLowerCase();
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const isText = target.matches("textarea"), from = ask || (target.id === "day" ? within(".ask")[0] : null);
  const done = () => event.preventDefault();
  if (key === "PageUp" && target.id !== "day") {
    done();
    goBack(ask);
  } else if (key === "Enter" && !event.shiftKey && (from || isText)) {
    done();
    if (isText && ask && declineOf(ask) && target.value.trim() === "-") {
      target.value = "";
      tick(declineOf(ask), true);
    }
    if (ask) leave(ask, target);
    else if (isText) focusOn(document.querySelector("#send"));
    else goOn();
  } else if (from && !isText && !event.shiftKey) {
    const chosen = choicesOf(from).find((input) => input.dataset.letter === letter);
    if (chosen) {
      done();
      choose(from, chosen);
    } else if (ask && key === "-" && declineOf(ask)) {
      done();
      tick(declineOf(ask), true);
      goOn(ask);
    } else if (ask && key === "Backspace") {
      done();
      empty(ask);
    }
  }
}

// What goes together, in a question that was changed by whatever means
function settle(target) {
  const ask = target.closest(".ask");
  if (!ask || !target.checked) return;
  if (target === declineOf(ask)) for (const input of choicesOf(ask)) input.checked = false;
  else if (declineOf(ask)) declineOf(ask).checked = false;
  if (target.dataset.letter && target.type === "checkbox") {
    const alone = "alone" in target.dataset;
    for (const input of choicesOf(ask)) {
      if (input !== target && input.name === target.name && (alone || "alone" in input.dataset)) input.checked = false;
    }
  }
}
function grow(box) {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 4}px`;
  if (!box.dataset.limit) return;
  const length = [...box.value.replace(/\r\n?/g, "\n").trim().normalize("NFC")].length, { limit } = box.dataset;
  const words = formOf().dataset.tooLong.replace("{length}", length).replace("{limit}", limit);
  document.getElementById(`${box.id}-long`).textContent = length > limit ? words : "";
}
