// The last part of the sheet's script: the page that is there, and the one that comes back with what is wrong.

function beginSheet() {
  const form = formOf();
  for (const each of within(".scripted", document)) each.hidden = false;
  for (const each of within(".plain-only", document)) each.hidden = true;
  form.addEventListener("keydown", press);
  form.addEventListener("input", ({ target }) => {
    keying.touched = true;
    settle(target);
    if (target.matches("textarea")) grow(target);
    markPath();
    clearTimeout(keying.pause);
    keying.pause = setTimeout(keepSheet, 400, false);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendSheet();
  });
  document.querySelector("#signed-in").onclick = async () => {
    if (!await freshenGuard(form).catch(() => false)) return;
    showSignIn(false);
    focusOn(document.querySelector("#send"));
  };
  document.querySelector("#delete").onclick = ({ target }) => {
    if (!confirm(target.dataset.sure)) return;
    keying.over = true;
    dropKept(KEPT + markOfSheet());
    location.href = form.dataset.desk;
  };
  within("textarea").forEach(grow);
  markPath();
  showKept();
}
async function startSheet() {
  const form = formOf();
  if (!form) return;
  const isSending = await takeUpKept(form);
  beginSheet();
  if (!document.querySelector(".error-summary")) focusOn(document.querySelector("#day"));
  if (isSending) sendSheet();
  addEventListener("online", () => keptOf(markOfSheet()).some(({ sending }) => sending) && sendSheet());
  document.addEventListener("visibilitychange", () => keepSheet(keptOf(markOfSheet()).some(({ sending }) => sending)));
}
startSheet();
