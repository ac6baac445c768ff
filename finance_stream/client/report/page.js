// Ties charts and tables together, and shows a newer page in place. The rest is HTML already.
"use strict";
const dark = matchMedia("(prefers-color-scheme: dark)");
const findFigures = () => [...document.querySelectorAll("figure[data-ticker]")];
const nearby = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach((one) => drawn.has(one.target) || draw(one.target)), { rootMargin: "400px" });
// A chart of another width may need other candles.
const resized = new ResizeObserver((boxes) => boxes.forEach(({ target }) => {
  const chart = drawn.get(target);
  if (!chart || !target.clientWidth || target.clientWidth === target.drawnWidth) return;
  chart.resize();
  draw(target);
}));

// Show the chart of the chosen ticker, where only one is shown.
function choose() {
  const select = document.getElementById("ticker");
  if (!select) return;
  findFigures().forEach((figure) => { figure.hidden = figure.dataset.ticker !== select.value; });
  findFigures().forEach((figure) => drawn.has(figure) || draw(figure));
}

// Follow a link to a chart that is not the chosen one.
function reveal(hash) {
  const figure = document.getElementById(hash.slice(1));
  const select = document.getElementById("ticker");
  if (!figure?.dataset.ticker || !select || select.value === figure.dataset.ticker) return;
  select.value = figure.dataset.ticker;
  choose();
  figure.scrollIntoView();
}

function begin() {
  document.getElementById("ticker")?.addEventListener("change", choose);
  if (document.getElementById("ticker")) choose();
  for (const radio of document.querySelectorAll("[name=candles]")) {
    radio.checked = radio.value === candles;
    radio.addEventListener("change", () => { candles = radio.value; drawn.forEach((_, figure) => draw(figure)); });
  }
  if (!document.querySelector("[name=candles]:checked")) document.querySelector("[name=candles]")?.click();
  findFigures().forEach((figure) => { nearby.observe(figure); resized.observe(figure); });
  for (const details of document.querySelectorAll("details.bars")) {
    details.addEventListener("toggle", () => details.open && fill(details));
    details.querySelector(".csv").addEventListener("click", () => downloadBars(details.closest("figure").dataset.ticker));
  }
}

// Return a key that finds the same element in a newer part.
const makeKey = (one) => one.tagName + (one.id || one.getAttribute("href") || one.getAttribute("aria-label") || one.textContent);
const findSame = (part, selector, one) => [...part.querySelectorAll(selector)].find((other) => makeKey(other) === makeKey(one));

// Replace a part by a newer one. Open details, scroll positions, the chosen ticker and the focus stay.
function replace(old, part) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const scrolled = [...old.querySelectorAll(".scroll")].map((one) => [one, one.scrollLeft, one.scrollTop]);
  const chosen = old.querySelector("#ticker")?.value;
  old.replaceWith(part);
  for (const one of old.querySelectorAll("details[open] > summary")) findSame(part, "summary", one)?.parentElement.setAttribute("open", "");
  for (const [one, left, top] of scrolled) findSame(part, ".scroll[aria-label]", one)?.scrollTo(left, top);
  const select = part.querySelector("#ticker");
  if (select && [...select.options].some((one) => one.value === chosen)) select.value = chosen;
  if (focused) findSame(part, focused.tagName, focused)?.focus({ preventScroll: true });
}

// Return the parts of a page by name, and below their HTML as served, because drawing changes it.
const findParts = (page) => new Map([["header", page.querySelector("header")], ...[...page.querySelectorAll("#report > section")].map((one) => [one.getAttribute("aria-labelledby"), one])]);
const readHtml = (page) => {
  const data = page.getElementById("data").textContent;
  return new Map([...findParts(page)].map(([name, part]) => [name, part.outerHTML + (name === "charts" ? data : "")]));
};
let served = readHtml(document);

// Show the HTML of a newer page. Unchanged parts stay.
function show(html) {
  const newer = new DOMParser().parseFromString(html, "text/html");
  const older = findParts(document);
  const wanted = readHtml(newer);
  const parts = findParts(newer);
  if (served.get("charts") !== wanted.get("charts")) {
    report = JSON.parse(newer.getElementById("data").textContent);
    drawn.forEach((chart, figure) => { nearby.unobserve(figure); resized.unobserve(figure); chart.dispose(); });
    drawn.clear();
  }
  const main = document.getElementById("report");
  older.forEach((part, name) => parts.has(name) || part.remove());
  [...parts].forEach(([name, part], at) => {
    if (!older.has(name)) main.insertBefore(part, main.children[at - 1] ?? null); // the first is the header, outside
    else if (served.get(name) !== wanted.get(name)) replace(older.get(name), part);
  });
  const redraw = served.get("charts") !== wanted.get("charts");
  served = wanted;
  document.title = newer.title;
  if (redraw) begin();
  arrange();
}

dark.addEventListener("change", () => drawn.forEach((_, figure) => draw(figure)));
addEventListener("beforeprint", () => findFigures().forEach(draw));
addEventListener("click", (event) => { const link = event.target.closest?.("a[href^='#chart-']"); if (link) reveal(link.getAttribute("href")); });
begin();
arrange();
reveal(location.hash);
