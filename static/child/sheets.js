// Help and "Aa" lie over the page, below the bar: one at a time. Their button closes them, a tap beside them, Escape
// and the phone's Back, which goes no further then.
const openSheet = () => one(".bar > details[open]");

function closeSheet() { // whether one was open
  const sheet = openSheet();
  if (!sheet) return false;
  const hadFocus = sheet.contains(document.activeElement);
  sheet.open = false;
  if (hadFocus) one("summary", sheet).focus();
  return true;
}
function dismissSheet() { // and take back the entry that it made, where no question stands behind it
  if (closeSheet() && !one("#visit") && history.state?.pushed) history.back();
}
// One entry of history, so that the phone's Back means the question before, or closes a sheet.
function pushEntry() {
  if (!history.state?.pushed) history.pushState({ pushed: true }, "");
}

function listenToSheets() {
  const on = (name, act) => addEventListener(name, (event) => !fallback.isPlain && act(event), true);
  on("toggle", ({ target }) => {
    if (!target.matches(".bar > details")) return;
    root.classList.toggle("covered", !!openSheet());
    if (!target.open) return;
    for (const other of all(".bar > details")) other.open = other === target;
    pushEntry();
  });
  on("click", (event) => {
    const { target } = event;
    if (!openSheet() || (target.closest(".top,dialog") && !target.closest(".close"))) return;
    event.preventDefault();
    event.stopPropagation(); // a tap beside it answers nothing
    dismissSheet();
  });
  on("keydown", ({ key }) => key === "Escape" && dismissSheet());
  on("keyup", ({ key, target }) => key === "Tab" && !target.closest(".bar > details[open]") && closeSheet());
  on("popstate", (event) => {
    if (!closeSheet()) return;
    event.stopImmediatePropagation();
    if (one("#visit")) pushEntry();
  });
}

listenToSheets();
