// Leave: at once nothing is seen. Then a page of somebody else's, or an empty one where there is no line. Neither Back
// nor Forward leads here again: every page of the service to which one leads in this tab goes away by itself.
const LEFT = "left", EMPTY = "about:blank", PATIENCE = 1500;

function leave(visit, link) {
  const away = visit ? "/leave" + visit.key : link.href;
  let isUnderWay = false;
  const goAway = () => {
    if (isUnderWay) return;
    isUnderWay = true;
    if (visit) history.replaceState(null, "", away);
    setTimeout(() => location.replace(EMPTY), PATIENCE); // whatever keeps the other page waiting
    location.replace(navigator.onLine ? away : EMPTY);
  };
  root.classList.add("gone");
  closeSheet();
  if (visit) wipe(visit);
  one("main")?.remove();
  store((kept) => kept.setItem(LEFT, 1));
  if (!history.state?.pushed) return goAway();
  if (visit) history.replaceState(history.state, "", away); // Forward leads there too
  addEventListener("popstate", goAway);
  setTimeout(goAway, 300);
  return history.back();
}

function stayAway(persisted) { // on a page to which Back led after a Leave
  if (!store((kept) => kept.getItem(LEFT))) return;
  if (persisted || performance.navigation?.type === 2) {
    root.classList.add("gone");
    location.replace(navigator.onLine ? "/leave" : EMPTY);
  } else store((kept) => kept.removeItem(LEFT));
}

stayAway();
addEventListener("pageshow", ({ persisted }) => persisted && stayAway(true));
