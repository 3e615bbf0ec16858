// What staff key in for a child stays on this device until it is sent: locked, under the mark of the person and of the
// link (docs/decisions/0024). The key is on no device: it comes with a page that only that person can open.
"use strict";
const KEPT = "keyed-in?w="; // then a person's mark, ".", a link's mark
const HOURS_KEPT = 12, AN_HOUR = 36e5;

// All that is kept under a mark: { name, at, place, sending, start, locked }. What is too old is deleted.
function keptOf(whose) {
  const found = [];
  try {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith(KEPT))) {
      const kept = JSON.parse(localStorage.getItem(name));
      if (Date.now() - kept.at > HOURS_KEPT * AN_HOUR) localStorage.removeItem(name);
      else if (name.startsWith(KEPT + whose)) found.push(Object.assign(kept, { name }));
    }
  } catch { /* a browser that forbids storage kept nothing */ }
  return found;
}
function dropKept(name) {
  try {
    localStorage.removeItem(name);
  } catch { /* then there is none */ }
}

const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const howLocked = (iv) => ({ name: "AES-GCM", iv });
function readKey(hex) {
  const bytes = Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}
async function openKept({ start, locked }, hex) { // what was locked, or null where this key does not open it
  try {
    const plain = await crypto.subtle.decrypt(howLocked(toBytes(start)), await readKey(hex), toBytes(locked));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}

// How many are not sent yet, in the words of the place that says so.
const countInWords = ({ dataset }, number) => number === 1 ? dataset.one : dataset.more.replace("{n}", number);
