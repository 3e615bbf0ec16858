// How the page looks, by the reader's own choice: kept in this tab until the visit is over.
function useLooks(panel) {
  const chosen = store((kept) => JSON.parse(kept.getItem("looks"))) || { ...root.dataset };
  for (const input of all("input", panel)) {
    const put = () => input.value ? (root.dataset[input.name] = input.value) : delete root.dataset[input.name];
    input.checked = (chosen[input.name] || "") === input.value;
    if (input.checked) put();
    input.onchange = () => {
      put();
      fitEdges();
      chosen[input.name] = input.value;
      store((kept) => kept.setItem("looks", JSON.stringify(chosen)));
    };
  }
  panel.hidden = false;
}
