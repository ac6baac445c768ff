// Draws the report's charts from the JSON in the page, and again when the theme changes. The rest is HTML already.
"use strict";
const drawn = new Map(); // figure: its chart
const dark = matchMedia("(prefers-color-scheme: dark)");
let report = JSON.parse(document.getElementById("data").textContent);

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return { ...Object.fromEntries(["card", "ink", "soft", "line", "rise", "fall", "accent"].map((name) => [name, colour(name)])), bar: `rgb(${colour("tint")})` };
}

const price = new Intl.NumberFormat("en", { maximumSignificantDigits: 7 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const formatPrice = (value) => (value === null || value === undefined ? "–" : price.format(value));

// Return a mark for each hour's first highest bar. That of the date is a star.
function makeMarks(ticker, times, colours) {
  const hours = report.hours[ticker];
  const top = Math.max(...hours.map((hour) => hour.high));
  return hours.map((hour) => {
    const best = hour.high === top;
    return {
      value: [times.indexOf(hour.high_at.slice(11, 16)), hour.high],
      symbol: best ? "path://M0,-9L2.6,-2.8L9,-2.8L3.9,1.2L5.8,7.5L0,3.8L-5.8,7.5L-3.9,1.2L-9,-2.8L-2.6,-2.8Z" : "triangle",
      symbolSize: best ? 15 : [8, 6],
      symbolRotate: best ? 0 : 180,
      symbolOffset: [0, best ? -11 : -6],
      itemStyle: { color: best ? colours.accent : colours.ink },
    };
  });
}

// Draw a line from low to high for a bar without open or close.
function drawLine(params, api) {
  const [x, low] = api.coord([api.value(0), api.value(1)]);
  const high = api.coord([api.value(0), api.value(2)])[1];
  return { type: "line", shape: { x1: x, x2: x, y1: low, y2: high }, style: { stroke: api.visual("color"), lineWidth: 1.2 } };
}

function makeTooltip(series, times) {
  return (points) => {
    const at = points[0].dataIndex;
    const rows = ["open", "high", "low", "close"].map((name) => `${name} <b>${formatPrice(series[name][at])}</b>`);
    return [`<b>${times[at]}</b>`, ...rows, `volume <b>${formatPrice(series.volume[at])}</b>`].join("<br>"); // numbers and times only
  };
}

function makeOption(ticker) {
  const colours = readTheme();
  const series = report.series[ticker];
  const times = report.axes[series.axis];
  const whole = (at) => series.open[at] !== null && series.close[at] !== null;
  const candles = times.map((_, at) => (whole(at) ? [series.open[at], series.close[at], series.low[at], series.high[at]] : "-"));
  const lines = times.map((_, at) => at).filter((at) => series.high[at] !== null && !whole(at)).map((at) => [at, series.low[at], series.high[at]]);
  const rose = (at) => !whole(at) || series.close[at] >= series.open[at];
  const traded = series.volume.some((value) => value !== null);
  const label = { color: colours.soft, fontSize: 11 };
  const category = { type: "category", data: times, boundaryGap: true, axisTick: { show: false } };
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    aria: { enabled: false }, // the figure has a label of its own
    grid: [{ left: 52, right: 8, top: 22, height: traded ? "62%" : "80%" }, { left: 52, right: 8, bottom: 20, height: traded ? "16%" : 0 }],
    tooltip: { trigger: "axis", axisPointer: { type: "cross", label: { show: false } }, formatter: makeTooltip(series, times), backgroundColor: colours.card, borderColor: colours.line, textStyle: { color: colours.ink, fontSize: 12 } },
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    xAxis: [
      { ...category, axisLabel: { show: false }, axisLine: { lineStyle: { color: colours.line } } },
      { ...category, gridIndex: 1, axisLabel: { ...label, interval: (at, text) => text.endsWith(":00"), hideOverlap: true }, axisLine: { lineStyle: { color: colours.line } } },
    ],
    yAxis: [
      { scale: true, splitNumber: 4, axisLabel: { ...label, formatter: (value) => price.format(value) }, splitLine: { lineStyle: { color: colours.line } } },
      { show: traded, gridIndex: 1, splitNumber: 2, axisLabel: { ...label, formatter: (value) => short.format(value), showMinLabel: false }, splitLine: { show: false } },
    ],
    dataZoom: [{ type: "inside", xAxisIndex: [0, 1], zoomOnMouseWheel: "ctrl", moveOnMouseMove: "shift", moveOnMouseWheel: false, preventDefaultMouseMove: false }],
    series: [
      { name: ticker, type: "candlestick", data: candles, large: false, itemStyle: { color: colours.card, borderColor: colours.rise, color0: colours.fall, borderColor0: colours.fall, borderWidth: 1 } },
      { type: "custom", data: lines, renderItem: drawLine, encode: { x: 0, y: [1, 2] }, itemStyle: { color: colours.accent }, silent: true },
      { type: "scatter", data: makeMarks(ticker, times, colours), silent: true, z: 5 },
      {
        type: "bar", xAxisIndex: 1, yAxisIndex: 1, barCategoryGap: "20%",
        data: times.map((_, at) => ({ value: series.volume[at], itemStyle: { color: rose(at) ? colours.bar : colours.soft } })),
      },
    ],
    graphic: report.subject.synthetic ? [{ type: "text", right: 10, top: 6, silent: true, style: { text: "SYNTHETIC", fill: colours.soft, fontSize: 10, fontWeight: 600 } }] : [],
  };
}

function draw(figure) {
  if (figure.hidden || !report.series[figure.dataset.ticker]) return;
  const chart = drawn.get(figure) ?? echarts.init(figure.querySelector(".chart"), null, { renderer: "canvas" });
  drawn.set(figure, chart);
  chart.setOption(makeOption(figure.dataset.ticker), { notMerge: true });
}

// Make the table of a chart's bars when it is first opened. The tables of all tickers would be most of the page.
function fill(details) {
  const place = details.querySelector(".scroll");
  if (place.firstChild) return;
  const ticker = details.closest("figure").dataset.ticker;
  const series = report.series[ticker];
  const table = place.appendChild(document.createElement("table"));
  const columns = ["open", "high", "low", "close", "volume"];
  const row = (parent, cells, tag) => {
    const line = parent.insertRow();
    cells.forEach((text, at) => {
      const cell = line.appendChild(document.createElement(at === 0 ? "th" : tag));
      if (cell.tagName === "TH") cell.scope = tag === "th" ? "col" : "row";
      if (at > 0) cell.className = "number";
      cell.textContent = text;
    });
  };
  row(table.createTHead(), ["Time", "Open", "High", "Low", "Close", "Volume"], "th");
  const body = table.createTBody();
  report.axes[series.axis].forEach((time, at) => row(body, [time, ...columns.map((name) => formatPrice(series[name][at]))], "td"));
}

const findFigures = () => [...document.querySelectorAll("figure[data-ticker]")];
const nearby = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach((one) => drawn.has(one.target) || draw(one.target)), { rootMargin: "400px" });
const resized = new ResizeObserver((boxes) => boxes.forEach((one) => drawn.get(one.target)?.resize()));

function begin() {
  const select = document.getElementById("ticker");
  const choose = () => findFigures().forEach((figure) => { figure.hidden = figure.dataset.ticker !== select.value; });
  if (select) {
    select.addEventListener("change", () => { choose(); findFigures().forEach(draw); });
    choose();
  }
  findFigures().forEach((figure) => { nearby.observe(figure); resized.observe(figure); });
  document.querySelectorAll("details.bars").forEach((one) => one.addEventListener("toggle", () => one.open && fill(one)));
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
}

dark.addEventListener("change", () => drawn.forEach((_, figure) => draw(figure)));
addEventListener("beforeprint", () => findFigures().forEach(draw));
begin();
