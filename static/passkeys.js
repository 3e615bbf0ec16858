// Passkeys: a button that makes one or shows one, and then sends the form it stands in. Without this file codes work.
"use strict";
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  // WebAuthn's values are bytes; the form carries them as base64url.
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  function toText(buffer) {
    const text = btoa(String.fromCharCode(...new Uint8Array(buffer)));
    return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  const withBytes = (list = []) => list.map((each) => ({ ...each, id: toBytes(each.id) }));

  async function askOptions(form) { // what the service asks the browser for: in the page, or fetched when it is wanted
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const answer = await fetch(form.dataset.ask, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(`the service answered ${answer.status}`);
    return answer.json();
  }

  async function makePasskey(options) {
    const user = { ...options.user, id: toBytes(options.user.id) }, challenge = toBytes(options.challenge);
    const publicKey = { ...options, user, challenge, excludeCredentials: withBytes(options.excludeCredentials) };
    return asText(await navigator.credentials.create({ publicKey }), ["clientDataJSON", "attestationObject"]);
  }

  async function showPasskey(options) {
    const challenge = toBytes(options.challenge), allowCredentials = withBytes(options.allowCredentials);
    const shown = await navigator.credentials.get({ publicKey: { ...options, challenge, allowCredentials } });
    return asText(shown, ["clientDataJSON", "authenticatorData", "signature"]);
  }

  function asText({ rawId, type, response }, parts) {
    const texts = Object.fromEntries(parts.map((part) => [part, toText(response[part])]));
    return { id: toText(rawId), rawId: toText(rawId), type, response: texts };
  }

  for (const place of document.querySelectorAll(".passkey")) {
    const form = place.closest("form"), button = place.querySelector("button");
    const status = place.querySelector("[role=status]");
    button.addEventListener("click", async () => {
      button.disabled = true;
      status.textContent = "";
      try {
        const options = await askOptions(form);
        const answer = await (form.dataset.options ? makePasskey : showPasskey)(options);
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch (problem) { // the person said no, took too long, or the device has none
        status.textContent = problem.name === "InvalidStateError" ? status.dataset.known : status.dataset.failed;
        button.disabled = false;
      }
    });
    form.hidden = place.hidden = false;
    for (const each of document.querySelectorAll(".no-passkey")) each.hidden = true;
  }
})();
