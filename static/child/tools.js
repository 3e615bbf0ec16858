// What the other parts use: finding and making elements, filling sentences, and what the tab keeps.
"use strict";
const root = document.documentElement;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (tag, text, more) => Object.assign(document.createElement(tag), { textContent: text, dir: "auto" }, more);
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (brace, name) => values[name] ?? brace);

// A browser may forbid storage: then nothing is kept, and the page works all the same.
function store(work) {
  try {
    return work(sessionStorage);
  } catch {
    return null;
  }
}
