// On every page of staff: how many children's answers this device keeps for whoever is signed in, not sent yet, with
// the way back to them; and signing out, which deletes them, asks first.
const unsent = document.querySelector("#unsent");

function linkTo({ place }, words) {
  return Object.assign(document.createElement("a"), { href: place, textContent: words });
}
function countUnsent() {
  const kept = keptOf(unsent.dataset.whose + ".");
  unsent.hidden = !kept.length;
  unsent.textContent = "";
  if (!kept.length) return;
  if (kept.length === 1) unsent.append(linkTo(kept[0], unsent.dataset.one));
  else {
    const links = kept.map((one, n) => linkTo(one, unsent.dataset.each.replace("{n}", n + 1)));
    unsent.append(countInWords(unsent, kept.length), ...links.flatMap((link) => [" · ", link]));
  }
  for (const place of document.querySelectorAll("[data-kept]")) { // on My month, beside the child's own link
    place.hidden = !kept.some(({ name }) => name.endsWith("." + place.dataset.kept));
  }
}

// Of a link that was answered or ended meanwhile: what was written down can still be read and copied.
async function showWords(section) {
  const [kept] = keptOf(section.dataset.key);
  const draft = kept && await openKept(kept, section.dataset.lock);
  section.hidden = !kept;
  if (draft) section.querySelector("textarea").value = draft.said.map((said) => said.join("\n")).join("\n\n");
  section.querySelector("button").onclick = () => {
    dropKept(kept.name);
    section.hidden = true;
    countUnsent();
  };
}

// My month sends what Send was pressed for where there was no signal. What has to be asked about first stays, counted.
const parsePage = async (reply) => new DOMParser().parseFromString(await reply.text(), "text/html");
async function sendKept(kept) {
  const page = await fetch(kept.place).then(parsePage), form = page.querySelector("#visit");
  const draft = form && await openKept(kept, form.dataset.lock);
  let said = page;
  if (draft) {
    const body = new URLSearchParams(draft.body);
    body.set("csrf_token", form.querySelector("[name=csrf_token]").value);
    said = await fetch(kept.place, { method: "POST", body, headers: { "X-Sent-By": "script" } }).then(parsePage);
  }
  const isSent = Boolean(said.querySelector("[data-page=thanks]"));
  if (isSent) dropKept(kept.name);
  return isSent;
}
async function sendAll() {
  let number = 0;
  for (const kept of keptOf(unsent.dataset.whose + ".").filter(({ sending }) => sending)) {
    number += await sendKept(kept).catch(() => 0); // still no line
  }
  if (number) location.reload();
}

if (unsent) {
  const sent = document.querySelector("[data-sent]"); // it had arrived, and nobody had heard that it did
  if (sent) dropKept(KEPT + sent.dataset.sent);
  countUnsent();
  const over = document.querySelector("section[data-lock]"), signOut = document.querySelector("form.end");
  if (over) showWords(over);
  if (signOut) {
    signOut.addEventListener("submit", (event) => {
      const kept = keptOf("");
      if (kept.length && !confirm(unsent.dataset.leaving)) event.preventDefault();
      else for (const { name } of kept) dropKept(name);
    });
  }
  if (document.querySelector("[data-sends]")) {
    sendAll();
    addEventListener("online", sendAll);
  }
  addEventListener("storage", countUnsent);
  addEventListener("pageshow", countUnsent);
}
