// What the other parts use: finding and making elements, filling sentences, and what the tab keeps.
const root = document.documentElement;
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const make = (tag, text, more) => Object.assign(document.createElement(tag), { textContent: text, dir: "auto" }, more);
const fill = (words, values) => words.replace(/\{(\w+)\}/g, (brace, name) => values[name] ?? brace);

// `replaceChildren`, which browsers of 2020 do not have.
function fillWith(parent, children) {
  parent.textContent = "";
  parent.append(...children);
}

// A browser may forbid storage: then nothing is kept, and the page works all the same.
function store(work) {
  try {
    return work(sessionStorage);
  } catch {
    return null;
  }
}

// A script that is fetched when it is first asked for, once; where it did not come it is tried again.
const fetched = {};
function fetchScript(src) {
  fetched[src] = fetched[src] || new Promise((onload, fail) => {
    const onerror = () => {
      fetched[src] = null;
      fail();
    };
    setTimeout(fail, 2e4);
    document.head.append(make("script", "", { src, onload, onerror }));
  });
  return fetched[src];
}
