// What the pages have beside the child's script on which staff key in a child's answers. It stands before that script.
"use strict";
{
  const DRAFTS = "visit?w="; // "?w=", a person's mark, ".", a link's mark: see child/draft.js
  const form = document.querySelector("#visit"), asking = document.querySelector("#leaving");
  const filled = (selector) => [...form.querySelectorAll(selector)].some(({ value, defaultValue, type }) => (
    type === "date" ? value !== defaultValue : value.trim()
  ));
  const isKeyedIn = () => form.isConnected && filled(":checked, textarea, [type=date]");

  // Whoever signs in next on this device clears away what another keyed in.
  const [mine] = form.dataset.key.replace("?w=", "").split(".");
  try {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(DRAFTS) && !name.startsWith(`${DRAFTS}${mine}.`)) sessionStorage.removeItem(name);
    }
  } catch { /* a browser that forbids storage kept nothing */ }

  // What the server asks about before it keeps it comes as words alone: the box to tick goes below them.
  const isRight = document.querySelector("#is-right");
  new MutationObserver(() => {
    const words = form.querySelector(".refusal");
    if (!words?.textContent.includes(isRight.dataset.asked) || form.elements.sure) return;
    words.after(isRight.content.cloneNode(true));
  }).observe(form, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const asks = link?.matches(".leave") && !asking.contains(link) && isKeyedIn(), stays = link?.matches(".stay");
    if (!asks && !stays) return; // the child's script leaves
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!asking.showModal) location.hash = asks ? "leaving" : ""; // :target shows it
    else if (asks) asking.showModal();
    else asking.close();
  }, true);
}

// An officer's session can end in somebody's kitchen: the answers are out of sight until they have signed in again.
function signIn(visit) {
  const panel = one("#sign-in");
  visit.sending.classList.remove("now");
  panel.hidden = false;
  focusOn(title(panel));
  one("button", panel).onclick = async () => {
    const page = await fetch(visit.address).then((reply) => reply.text()).catch(() => "");
    const fresh = one("#visit [name=csrf_token]", parse(page));
    if (!fresh) return;
    visit.form.elements.csrf_token.value = fresh.value;
    panel.hidden = true;
    showScreen(visit, visit.check);
  };
}
