// Another language or look: what turns the page (turn.js) is fetched when it is first asked for. Without a line the
// page stays, and says so.
function stayHere({ form }, link) {
  one(".unturned")?.remove();
  link.parentNode.after(make("p", form.dataset.stay, { className: "unturned long", role: "alert" }));
}
const askToTurn = (visit, link) => fetchScript(visit.form.dataset.turn)
  .then(() => turnTo(visit, link), () => stayHere(visit, link));
