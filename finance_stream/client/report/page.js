// Draws the report's charts from the JSON in the page, again when the theme changes; everything else is HTML already.
"use strict";
const drawn = new Map(); // figure: its chart
const dark = matchMedia("(prefers-color-scheme: dark)");
let report = JSON.parse(document.getElementById("data").textContent);

function theme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return { ...Object.fromEntries(["card", "ink", "soft", "line", "rise", "fall", "accent"].map((name) => [name, colour(name)])), bar: `rgb(${colour("tint")})` };
}

const price = new Intl.NumberFormat("en", { maximumSignificantDigits: 7 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const said = (value) => (value === null || value === undefined ? "–" : price.format(value));

// The marks of the hours' first highest bars, the day's with a star.
function marks(ticker, times, colours) {
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

// A line from low to high, of bars whose open or close is not known.
function lineOf(params, api) {
  const [x, low] = api.coord([api.value(0), api.value(1)]);
  const high = api.coord([api.value(0), api.value(2)])[1];
  return { type: "line", shape: { x1: x, x2: x, y1: low, y2: high }, style: { stroke: api.visual("color"), lineWidth: 1.2 } };
}

function tooltip(series, times) {
  return (points) => {
    const at = points[0].dataIndex;
    const rows = ["open", "high", "low", "close"].map((name) => `${name} <b>${said(series[name][at])}</b>`);
    return [`<b>${times[at]}</b>`, ...rows, `volume <b>${said(series.volume[at])}</b>`].join("<br>"); // numbers and times only
  };
}

function option(ticker) {
  const colours = theme();
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
    aria: { enabled: false }, // the figure's own label says it in words
    grid: [{ left: 52, right: 8, top: 22, height: traded ? "62%" : "80%" }, { left: 52, right: 8, bottom: 20, height: traded ? "16%" : 0 }],
    tooltip: { trigger: "axis", axisPointer: { type: "cross", label: { show: false } }, formatter: tooltip(series, times), backgroundColor: colours.card, borderColor: colours.line, textStyle: { color: colours.ink, fontSize: 12 } },
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
      { type: "custom", data: lines, renderItem: lineOf, encode: { x: 0, y: [1, 2] }, itemStyle: { color: colours.accent }, silent: true },
      { type: "scatter", data: marks(ticker, times, colours), silent: true, z: 5 },
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
  chart.setOption(option(figure.dataset.ticker), { notMerge: true });
}

// The bars of a chart as a table, made when it is first opened: of all tickers it would be most of the page.
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
  report.axes[series.axis].forEach((time, at) => row(body, [time, ...columns.map((name) => said(series[name][at]))], "td"));
}

const figures = () => [...document.querySelectorAll("figure[data-ticker]")];
const nearby = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach((one) => drawn.has(one.target) || draw(one.target)), { rootMargin: "400px" });
const resized = new ResizeObserver((boxes) => boxes.forEach((one) => drawn.get(one.target)?.resize()));

function begin() {
  const select = document.getElementById("ticker");
  const choose = () => figures().forEach((figure) => { figure.hidden = figure.dataset.ticker !== select.value; });
  if (select) {
    select.addEventListener("change", () => { choose(); figures().forEach(draw); });
    choose();
  }
  figures().forEach((figure) => { nearby.observe(figure); resized.observe(figure); });
  document.querySelectorAll("details.bars").forEach((one) => one.addEventListener("toggle", () => one.open && fill(one)));
}

// What holds a part's reader: by this a newer part's element is found again.
const nameOf = (one) => one.tagName + (one.id || one.getAttribute("href") || one.getAttribute("aria-label") || one.textContent);
const named = (part, selector, one) => [...part.querySelectorAll(selector)].find((other) => nameOf(other) === nameOf(one));

// Puts a newer part in an older one's place: what is open, scrolled, chosen or has the focus stays so.
function replace(old, part) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const scrolled = [...old.querySelectorAll(".scroll")].map((one) => [one, one.scrollLeft, one.scrollTop]);
  const chosen = old.querySelector("#ticker")?.value;
  old.replaceWith(part);
  for (const one of old.querySelectorAll("details[open] > summary")) named(part, "summary", one)?.parentElement.setAttribute("open", "");
  for (const [one, left, top] of scrolled) named(part, ".scroll[aria-label]", one)?.scrollTo(left, top);
  const select = part.querySelector("#ticker");
  if (select && [...select.options].some((one) => one.value === chosen)) select.value = chosen;
  if (focused) named(part, focused.tagName, focused)?.focus({ preventScroll: true });
}

// Each part of the page as it was served: drawing changes what it is since.
const partsOf = (page) => new Map([["header", page.querySelector("header")], ...[...page.querySelectorAll("#report > section")].map((one) => [one.getAttribute("aria-labelledby"), one])]);
const htmlOf = (page) => {
  const data = page.getElementById("data").textContent;
  return new Map([...partsOf(page)].map(([name, part]) => [name, part.outerHTML + (name === "charts" ? data : "")]));
};
let served = htmlOf(document);

// Shows another report, the HTML of a page like this one: what a live page does with each newer one. What is the same stays.
function show(html) {
  const newer = new DOMParser().parseFromString(html, "text/html");
  const older = partsOf(document);
  const wanted = htmlOf(newer);
  const parts = partsOf(newer);
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
addEventListener("beforeprint", () => figures().forEach(draw));
begin();
