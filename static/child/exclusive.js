// An answer that stands alone, such as "No one": ticking it unticks the others, and any other unticks it.
document.addEventListener("change", ({ target }) => {
  if (!target.checked || !target.matches(".option input")) return;
  for (const other of target.closest(".options").querySelectorAll(":checked")) {
    if (other !== target && ("alone" in target.dataset || "alone" in other.dataset)) other.checked = false;
  }
}, true); // before the answers are read
