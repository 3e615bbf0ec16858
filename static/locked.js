// On every page of staff: when the phone is handed to a child in another tab (asking.js), this one shows nothing at
// once, and asks anew who is there as soon as somebody looks at it.
"use strict";
addEventListener("storage", ({ key, newValue }) => {
  if (key !== "handed-over" || !newValue) return;
  document.documentElement.hidden = true;
  document.addEventListener("visibilitychange", () => location.reload());
  addEventListener("focus", () => location.reload());
});
