// The same page in another language or look, fetched and put in the place of this one with all that was answered.
async function turnTo(visit, link) {
  const { form, ending } = visit, address = "/r/" + form.elements.link.value + link.search;
  const reply = await fetch(address, { signal: AbortSignal.timeout?.(2e4) }).catch(() => null);
  const page = reply?.ok && parse(await reply.text().catch(() => ""));
  if (visit.over || visit.locked || ending.signal.aborted) return; // sent, left, or turned to another meanwhile
  one(".unturned")?.remove();
  if (!page || !one("#visit", page)) {
    return link.parentNode.after(make("p", form.dataset.stay, { className: "unturned long", role: "alert" }));
  }
  const taken = { ...written(visit), pushed: visit.pushed };
  hush();
  clearTimeout(visit.fading);
  ending.abort();
  document.title = page.title;
  for (const name of ["lang", "dir"]) root[name] = page.documentElement[name];
  history.replaceState({}, "", "/r" + link.search);
  document.body.replaceWith(document.adoptNode(page.body));
  begin(taken);
}
