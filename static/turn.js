// Beside the child's script, and fetched when it is first asked for (child/switch.js).

// The same page in another language or look, fetched and put in the place of this one with all that was answered.
async function turnTo(visit, link) {
  const { form } = visit, address = "/r/" + form.elements.link.value + link.search;
  const [signal, stop] = timeLimit(2e4);
  const reply = await fetch(address, { signal }).catch(() => null);
  const page = reply?.ok && parse(await reply.text().catch(() => ""));
  stop();
  // Sent, left, or turned to another meanwhile.
  if (visit.over || visit.locked || visit.isReplaced || fallback.isPlain) return;
  if (!page || !one("#visit", page)) return stayHere(visit, link);
  const taken = written(visit);
  hush();
  clearTimeout(visit.fading);
  visit.isReplaced = true;
  fallback.before = { body: document.body, title: document.title, lang: root.lang, dir: root.dir };
  document.title = page.title;
  for (const name of ["lang", "dir"]) root[name] = page.documentElement[name];
  history.replaceState(history.state, "", "/r" + visit.key + link.search.replace("?", "&"));
  document.body.replaceWith(document.adoptNode(page.body));
  begin(taken);
  fallback.before = null;
}
