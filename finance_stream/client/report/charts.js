// Draws the report's charts from the JSON in the page: candles as wide as the screen can show, zoom, and the last price.
"use strict";
const MIN_CANDLE_PIXELS = 3; // with its gap
const LENGTHS = [1, 2, 5, 15, 30, 60]; // minutes of a candle
const MIN_BARS = 10; // of a zoomed chart
const LEFT = 8, RIGHT = 62; // pixels beside the plot
const STAR = "path://M0,-9L2.6,-2.8L9,-2.8L3.9,1.2L5.8,7.5L0,3.8L-5.8,7.5L-3.9,1.2L-9,-2.8L-2.6,-2.8Z";
const drawn = new Map(); // figure: its chart
const zooms = new Map(); // ticker: begin and end of the shown part, in percent
let report = JSON.parse(document.getElementById("data").textContent);
let candles = "auto"; // or minutes, or "line"

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return { ...Object.fromEntries(["card", "ink", "soft", "line", "rise", "fall", "accent"].map((name) => [name, colour(name)])), bar: `rgb(${colour("tint")})` };
}

const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 8 });
const formatVolume = (value) => (value === null || value === undefined ? "–" : whole.format(value));

// Return a function that shows a ticker's prices, each with the same decimals.
function makePriceFormat(ticker) {
  const decimals = report.decimals[ticker] ?? 2;
  const format = new Intl.NumberFormat("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return (value) => (value === null || value === undefined ? "–" : format.format(value));
}

const readMinutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
const readInterval = () => parseInt(report.subject.interval) * (report.subject.interval.endsWith("h") ? 60 : 1);
const formatLength = (minutes) => (minutes % 60 ? `${minutes}m` : `${minutes / 60}h`);

// Return the minutes of a candle: the chosen ones, or the shortest for which the shown candles fit the width.
function chooseLength(count, width) {
  const own = readInterval();
  if (candles === "line") return own;
  if (candles !== "auto") return Number(candles);
  const fitting = LENGTHS.filter((minutes) => minutes >= own && minutes % own === 0);
  return fitting.find((minutes) => (count * own) / minutes <= width / MIN_CANDLE_PIXELS) ?? fitting.at(-1) ?? own;
}

// Merge the bars into candles of so many minutes, by the clock. A missing bar is null, and so is a candle without any.
function merge(ticker, minutes) {
  const series = report.series[ticker];
  const times = report.axes[series.axis];
  const merged = [];
  const places = []; // of each bar
  let key = null;
  times.forEach((time, at) => {
    const next = Math.floor(readMinutes(time) / minutes);
    if (next !== key) merged.push({ first: time, last: time, open: null, high: null, low: null, close: null, volume: null });
    key = next;
    places.push(merged.length - 1);
    const one = merged.at(-1);
    one.last = time;
    if (series.high[at] === null) return;
    one.open ??= series.open[at];
    one.close = series.close[at] ?? one.close;
    one.high = Math.max(one.high ?? -Infinity, series.high[at]);
    one.low = Math.min(one.low ?? Infinity, series.low[at]);
    if (series.volume[at] !== null) one.volume = (one.volume ?? 0) + series.volume[at];
  });
  return { merged, places, times };
}

// Return a mark for each hour's first highest bar. That of the date is a star.
function makeMarks(ticker, { places, times }, colours) {
  const hours = report.highs[ticker];
  const top = Math.max(...hours.map(([, high]) => high));
  return hours.map(([, high, at]) => {
    const best = high === top;
    return {
      value: [places[times.indexOf(at.slice(11, 16))], high],
      symbol: best ? STAR : "triangle",
      symbolSize: best ? 15 : [8, 6],
      symbolRotate: best ? 0 : 180,
      symbolOffset: [0, best ? -11 : -6],
      itemStyle: { color: best ? colours.accent : colours.ink },
    };
  });
}

// Draw a line from low to high for a candle without open or close.
function drawLine(params, api) {
  const [x, low] = api.coord([api.value(0), api.value(1)]);
  const high = api.coord([api.value(0), api.value(2)])[1];
  return { type: "line", shape: { x1: x, x2: x, y1: low, y2: high }, style: { stroke: api.visual("color"), lineWidth: 1.2 } };
}

function makeTooltip(merged, formatPrice) {
  return (points) => {
    const one = merged[points[0].dataIndex];
    const span = one.first === one.last ? one.first : `${one.first}–${one.last}`;
    const rows = ["open", "high", "low", "close"].map((name) => `${name} <b>${formatPrice(one[name])}</b>`);
    return [`${report.subject.day} <b>${span}</b>`, ...rows, `volume <b>${formatVolume(one.volume)}</b>`].join("<br>"); // numbers and times only
  };
}

// Return the last price as a tag at the axis, if the shown prices reach it.
function makeTag(shown, last, formatPrice, colours) {
  const lows = shown.map((one) => one.low).filter((low) => low !== null);
  const highs = shown.map((one) => one.high).filter((high) => high !== null);
  if (last === undefined || last < Math.min(...lows) || last > Math.max(...highs)) return undefined;
  const label = { position: "end", distance: 4, formatter: formatPrice(last), color: colours.card, backgroundColor: colours.accent, padding: [2, 4], borderRadius: 3, fontSize: 11, fontWeight: 600 };
  return { silent: true, symbol: "none", label, lineStyle: { color: colours.accent, type: "dashed", width: 1 }, data: [{ yAxis: last }] };
}

const hasEnds = (one) => one.open !== null && one.close !== null;

function makePriceSeries(ticker, merged, colours, markLine) {
  if (candles === "line")
    return [{ name: ticker, type: "line", data: merged.map((one) => one.close ?? one.high), showSymbol: false, lineStyle: { width: 1.6 }, itemStyle: { color: colours.accent }, areaStyle: { opacity: 0.08 }, markLine }];
  const boxes = merged.map((one) => (hasEnds(one) ? [one.open, one.close, one.low, one.high] : "-"));
  const bare = merged.map((one, at) => [at, one.low, one.high]).filter(([at, low]) => low !== null && !hasEnds(merged[at]));
  return [
    { name: ticker, type: "candlestick", data: boxes, large: false, barMaxWidth: 18, itemStyle: { color: colours.card, borderColor: colours.rise, color0: colours.fall, borderColor0: colours.fall, borderWidth: 1 }, markLine },
    { type: "custom", data: bare, renderItem: drawLine, encode: { x: 0, y: [1, 2] }, itemStyle: { color: colours.accent }, silent: true },
  ];
}

function makeOption(ticker, width) {
  const colours = readTheme();
  const formatPrice = makePriceFormat(ticker);
  const [start, end] = zooms.get(ticker) ?? [0, 100];
  const bars = report.axes[report.series[ticker].axis].length;
  const minutes = chooseLength((bars * (end - start)) / 100, width - LEFT - RIGHT);
  const found = merge(ticker, minutes);
  const { merged } = found;
  const shown = merged.slice(Math.floor((merged.length * start) / 100), Math.ceil((merged.length * end) / 100));
  const last = merged.findLast((one) => one.close !== null)?.close;
  const rose = (one) => !hasEnds(one) || one.close >= one.open;
  const traded = merged.some((one) => one.volume !== null);
  const label = { color: colours.soft, fontSize: 11 };
  const tag = { show: true, color: colours.card, backgroundColor: colours.ink, fontSize: 11, padding: [3, 5] };
  const category = { type: "category", data: merged.map((one) => one.first), boundaryGap: true, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } } };
  const right = { position: "right", scale: true, axisLine: { show: false } };
  return {
    minutes,
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    aria: { enabled: false }, // the figure has a label of its own
    grid: [{ left: LEFT, right: RIGHT, top: 26, height: traded ? "62%" : "80%" }, { left: LEFT, right: RIGHT, bottom: 20, height: traded ? "16%" : 0 }],
    tooltip: { trigger: "axis", confine: true, axisPointer: { type: "cross" }, formatter: makeTooltip(merged, formatPrice), backgroundColor: colours.card, borderColor: colours.line, textStyle: { color: colours.ink, fontSize: 12 } },
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    xAxis: [
      { ...category, axisLabel: { show: false }, axisPointer: { label: { show: false } } },
      { ...category, gridIndex: 1, axisLabel: { ...label, interval: minutes <= 60 && end - start > 30 ? (at, text) => text.endsWith(":00") : "auto", hideOverlap: true }, axisPointer: { label: tag } },
    ],
    yAxis: [
      { ...right, splitNumber: 4, axisLabel: { ...label, formatter: formatPrice }, splitLine: { lineStyle: { color: colours.line } }, axisPointer: { label: { ...tag, formatter: ({ value }) => formatPrice(value) } } },
      { ...right, show: traded, gridIndex: 1, splitNumber: 1, axisLabel: { ...label, formatter: (value) => short.format(value), showMinLabel: false }, splitLine: { show: false }, axisPointer: { label: { ...tag, formatter: ({ value }) => short.format(value) } } },
    ],
    // Its own handlers would keep every turn of the wheel from the page.
    dataZoom: [{ type: "inside", disabled: true, xAxisIndex: [0, 1], start, end }],
    series: [
      ...makePriceSeries(ticker, merged, colours, makeTag(shown, last, formatPrice, colours)),
      { type: "scatter", data: makeMarks(ticker, found, colours), silent: true, z: 5 },
      { type: "bar", xAxisIndex: 1, yAxisIndex: 1, barCategoryGap: "20%", data: merged.map((one) => ({ value: one.volume, itemStyle: { color: rose(one) ? colours.bar : colours.soft } })) },
    ],
    graphic: report.subject.synthetic ? [{ type: "text", right: 4, top: 4, silent: true, style: { text: "SYNTHETIC", fill: colours.soft, fontSize: 10, fontWeight: 600 } }] : [],
  };
}

function draw(figure) {
  const ticker = figure.dataset.ticker;
  if (figure.hidden || !report.series[ticker]) return;
  const place = figure.querySelector(".chart");
  const chart = drawn.get(figure) ?? echarts.init(place, null, { renderer: "canvas" });
  if (!drawn.has(figure)) listen(figure, place);
  drawn.set(figure, chart);
  const { minutes, ...option } = makeOption(ticker, place.clientWidth);
  chart.setOption(option, { notMerge: true });
  figure.drawnWidth = figure.clientWidth;
  figure.querySelector(".size").textContent = candles === "line" ? "line" : formatLength(minutes);
  figure.querySelector(".reset").hidden = !zooms.has(ticker);
}

// Show a part of a chart. It is drawn once per frame.
function zoomTo(figure, start, end) {
  const ticker = figure.dataset.ticker;
  const span = Math.min(100, end - start);
  const begin = Math.min(Math.max(0, start), 100 - span);
  if (span > 99.5) zooms.delete(ticker);
  else zooms.set(ticker, [begin, begin + span]);
  if (!figure.waiting) requestAnimationFrame(() => { figure.waiting = false; draw(figure); });
  figure.waiting = true;
}

// Zoom by a factor around a place, which is 0 at the left end of the plot and 1 at the right.
function zoomBy(figure, factor, place) {
  const ticker = figure.dataset.ticker;
  const [start, end] = zooms.get(ticker) ?? [0, 100];
  const least = Math.min(100, (100 * MIN_BARS) / report.axes[report.series[ticker].axis].length);
  const span = Math.min(100, Math.max(least, (end - start) * factor));
  const from = start + (end - start - span) * place;
  zoomTo(figure, from, from + span);
}

// Zoom with Ctrl and the wheel or two fingers, and move a zoomed chart by dragging. All else is the page's.
function listen(figure, place) {
  const touching = new Map(); // pointer: its x
  const width = () => place.clientWidth - LEFT - RIGHT;
  const locate = (x) => Math.min(1, Math.max(0, (x - place.getBoundingClientRect().left - LEFT) / width()));
  place.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomBy(figure, Math.exp(Math.sign(event.deltaY) * 0.25), locate(event.clientX));
  }, { passive: false });
  place.addEventListener("pointerdown", (event) => touching.set(event.pointerId, event.clientX));
  place.addEventListener("pointermove", (event) => {
    if (!touching.has(event.pointerId)) return;
    const before = [...touching.values()];
    touching.set(event.pointerId, event.clientX);
    const after = [...touching.values()];
    const [start, end] = zooms.get(figure.dataset.ticker) ?? [0, 100];
    if (after.length === 2) {
      const apart = ([left, right]) => Math.max(20, Math.abs(left - right));
      zoomBy(figure, apart(before) / apart(after), locate((after[0] + after[1]) / 2));
    } else if (after.length === 1 && zooms.has(figure.dataset.ticker)) {
      const moved = ((before[0] - after[0]) / width()) * (end - start);
      zoomTo(figure, start + moved, end + moved);
    }
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"]) place.addEventListener(name, (event) => touching.delete(event.pointerId));
  const reset = () => zoomTo(figure, 0, 100);
  place.addEventListener("dblclick", reset);
  figure.querySelector(".reset").addEventListener("click", reset);
}
