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
  const said = draft ? draft.fields.filter(([name, words]) => /^q-|_text$/.test(name) && words.trim()) : [];
  for (const [n, [, words]] of said.entries()) {
    const box = section.querySelector("template").content.cloneNode(true);
    const area = box.querySelector("textarea");
    area.value = words;
    area.id = box.querySelector("label").htmlFor = `kept-${n}`;
    section.append(box);
  }
  section.hidden = !kept;
  section.querySelector("button").onclick = () => {
    dropKept(kept.name);
    section.hidden = true;
    countUnsent();
  };
}

if (unsent) {
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
