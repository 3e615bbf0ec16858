// The bar and the foot stay in sight, also over a keyboard, and what has the focus is never behind them: the style is
// told how high they are. Where the bar's words are too long for one row, signs take their place.
function fitEdges() {
  const bar = one(".bar"), view = window.visualViewport || { scale: 2 };
  const put = (name, length) => root.style.setProperty(name, Math.max(0, length) + "px");
  const isWhole = view.scale < 1.1; // else somebody looks closer: nothing may jump after them
  for (const fit of ["", "tight", "tighter"]) {
    bar.dataset.fit = fit;
    if (bar.scrollWidth <= bar.clientWidth) break;
  }
  put("--over", isWhole ? view.offsetTop : 0);
  put("--under", isWhole ? root.clientHeight - view.height - view.offsetTop : 0);
  put("--bar", one(".top").offsetHeight);
  put("--foot", all(".foot").find((foot) => foot.offsetParent)?.offsetHeight || 0);
}

addEventListener("resize", fitEdges);
for (const name of ["resize", "scroll"]) window.visualViewport?.addEventListener(name, fitEdges);
