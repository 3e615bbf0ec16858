// Locking what is keyed in. Over http a browser locks nothing; then nothing is kept.
const canLock = () => Boolean(window.crypto && window.crypto.subtle);
const toText = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

async function lockWords(hex, words) {
  const iv = crypto.getRandomValues(new Uint8Array(12)), plain = new TextEncoder().encode(JSON.stringify(words));
  const locked = await crypto.subtle.encrypt(howLocked(iv), await readKey(hex), plain);
  return { start: toText(iv), locked: toText(new Uint8Array(locked)) };
}
