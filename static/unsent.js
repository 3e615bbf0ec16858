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

if (unsent) {
  const sent = document.querySelector("[data-sent]"); // it had arrived, and nobody had heard that it did
  if (sent) dropKept(KEPT + sent.dataset.sent);
  countUnsent();
  const over = document.querySelector("[data-lock]"), signOut = document.querySelector("form.end");
  if (over) showWords(over);
  if (signOut) {
    signOut.addEventListener("submit", (event) => {
      const kept = keptOf("");
      if (kept.length && !confirm(unsent.dataset.leaving)) event.preventDefault();
      else for (const { name } of kept) dropKept(name);
    });
  }
  addEventListener("storage", countUnsent);
  addEventListener("pageshow", countUnsent);
}
