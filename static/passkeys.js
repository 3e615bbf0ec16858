// Passkeys: a button that makes one or shows one, and then sends the form it stands in. Without this file codes work.
"use strict";
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list = []) => list.map((each) => ({ ...each, id: bytes(each.id) }));

  async function asked(form) { // what the service asks the browser for: in the page, or fetched when it is wanted
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const answer = await fetch(form.dataset.ask, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(`the service answered ${answer.status}`);
    return answer.json();
  }

  async function made(options) {
    const user = { ...options.user, id: bytes(options.user.id) };
    const publicKey = { ...options, user, challenge: bytes(options.challenge), excludeCredentials: known(options.excludeCredentials) };
    const { rawId, type, response } = await navigator.credentials.create({ publicKey });
    const { clientDataJSON, attestationObject } = response;
    return { id: text(rawId), rawId: text(rawId), type, response: { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) } };
  }

  async function shown(options) {
    const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
    const { rawId, type, response } = await navigator.credentials.get({ publicKey });
    const { clientDataJSON, authenticatorData, signature } = response;
    const said = { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature) };
    return { id: text(rawId), rawId: text(rawId), type, response: said };
  }

  for (const place of document.querySelectorAll(".passkey")) {
    const form = place.closest("form"), button = place.querySelector("button"), said = place.querySelector("[role=status]");
    button.addEventListener("click", async () => {
      button.disabled = true;
      said.textContent = "";
      try {
        const options = await asked(form), answer = await (form.dataset.options ? made : shown)(options);
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch (problem) { // the person said no, took too long, or the device has none
        said.textContent = problem.name === "InvalidStateError" ? said.dataset.known : said.dataset.failed;
        button.disabled = false;
      }
    });
    form.hidden = place.hidden = false;
    for (const each of document.querySelectorAll(".no-passkey")) each.hidden = true;
  }
})();
