// Tap and go: a finger or a mouse on one answer marks it, and a moment later the next question comes. Keys, switches
// and screen readers only mark it. What cannot be told from a mouse, such as a screen reader that moves the real one,
// goes on too: "Aa" turns it off.
const MOMENT = 300, SECOND_TAP = 350;

// A press that no finger made has no size (VoiceOver) or no pressure (TalkBack), or comes without a pointer at all.
const isTap = ({ isTrusted, pointerType, pressure, width, height }) => (
  isTrusted && (pointerType === "mouse" ? pressure : width + height) > 0
);

// An answer that says more once it is chosen, and a screen with a box, wait for Next.
const waits = ({ now, tapped }) => root.dataset.go || !now.matches(".one") || boxes(now).length
  || all("[data-if]", now).some((part) => one("input", tapped).matches(part.dataset.if));

function listenToTaps(visit, on) {
  on(window, "click", (event) => {
    if (!visit.fresh || !event.detail || !event.target.closest(".screen")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  for (const name of ["pointerdown", "keydown"]) {
    on(document, name, (event) => {
      clearTimeout(visit.going);
      visit.tapped = isTap(event) && event.target.closest(".option");
    });
  }
  on(visit.form, "click", ({ target }) => {
    if (target.hasAttribute("form")) { // set aside: touched, it counts again
      target.checked = true;
      edit(visit, target);
    }
    if (target.type !== "radio" || target.parentNode !== visit.tapped || waits(visit)) return;
    const moment = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : MOMENT;
    visit.going = setTimeout(() => one(".next", visit.now).click(), moment);
  });
}

// The second of two taps is meant for what was there before. (A key counts no taps in `detail`.)
function refuseTaps(visit) {
  clearTimeout(visit.going);
  clearTimeout(visit.fresh);
  visit.fresh = setTimeout(() => {
    visit.fresh = 0;
  }, SECOND_TAP);
}
