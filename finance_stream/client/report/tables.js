// The report's tables: sort, filter, CSV, the bars of a chart, and a hint at columns outside of the screen.
"use strict";
let filter = "";
const sorts = new Map(); // label of a table's region: number of its column, and direction

const COLUMNS = ["open", "high", "low", "close", "volume"];
// A spreadsheet reads such a text as a formula: https://owasp.org/www-community/attacks/CSV_Injection
const FORMULA = /^[=+\-@\t\r]/;

function formatCell(value) {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = typeof value === "string" && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// Give a CSV to the reader. It is made in the browser, so the page still needs no network.
function download(name, rows) {
  const text = rows.map((row) => `${row.map(formatCell).join(",")}\n`).join("");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const matches = (ticker) => ticker.toUpperCase().includes(filter.trim().toUpperCase());

// The columns are those of hourly_highs.csv. A filter selects the tickers.
function downloadHighs() {
  const { day, source } = report.subject;
  const tickers = Object.keys(report.highs).filter(matches);
  const rows = tickers.flatMap((ticker) => report.highs[ticker].map(([hour, high, at, minutes]) => [ticker, day, hour, high, at, minutes, source]));
  download(`hourly-highs-${day}.csv`, [["ticker", "session", "hour", "high", "high_at", "minutes_at_high", "source"], ...rows]);
}

function downloadBars(ticker) {
  const series = report.series[ticker];
  const { day, interval } = report.subject;
  const rows = report.axes[series.axis].map((time, at) => [ticker, day, time, ...COLUMNS.map((name) => series[name][at])]);
  download(`bars-${ticker.replace(/[^\w.-]/g, "_")}-${day}-${interval}.csv`, [["ticker", "session", "time", ...COLUMNS], ...rows]);
}

// Make the table of a chart's bars when it is first opened. The tables of all tickers would be most of the page.
function fill(details) {
  const place = details.querySelector(".scroll");
  if (place.firstChild) return;
  const ticker = details.closest("figure").dataset.ticker;
  const formatPrice = makePriceFormat(ticker);
  const series = report.series[ticker];
  const table = place.appendChild(document.createElement("table"));
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
  const format = (name, value) => (name === "volume" ? formatVolume : formatPrice)(value);
  report.axes[series.axis].forEach((time, at) => row(body, [time, ...COLUMNS.map((name) => format(name, series[name][at]))], "td"));
}

// Return a cell's value: a price, a number or a text. Cells without a value are last in both directions.
function readCell(row, column) {
  const cell = row.cells[column];
  const text = cell.querySelector("data")?.value ?? cell.textContent.trim();
  const number = Number(text.replaceAll(",", ""));
  return /^[-–]/.test(text) || !text ? null : Number.isNaN(number) ? text : number;
}

function compare(one, other, direction) {
  if (one === null || other === null) return (one === null) - (other === null);
  const order = typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "en", { numeric: true });
  return order * direction;
}

const nameTable = (table) => table.closest(".scroll").getAttribute("aria-label");

function sort(table) {
  const [column, direction] = sorts.get(nameTable(table)) ?? [];
  if (column === undefined || column >= table.tHead.rows[0].cells.length) return;
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    if (head.hasAttribute("aria-sort")) head.setAttribute("aria-sort", at !== column ? "none" : direction > 0 ? "ascending" : "descending");
  });
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [readCell(row, column), row]);
  rows.sort(([one], [other]) => compare(one, other, direction));
  body.append(...rows.map(([, row]) => row));
}

// Turn a column's direction. The first click sorts numbers from the highest, and names from A.
function turn(button) {
  const head = button.closest("th");
  const table = button.closest("table");
  const first = head.cellIndex === 0 || table.tBodies[0].rows.length === 0 || typeof readCell(table.tBodies[0].rows[0], head.cellIndex) === "string" ? 1 : -1;
  const [column, direction] = sorts.get(nameTable(table)) ?? [];
  sorts.set(nameTable(table), [head.cellIndex, column === head.cellIndex ? -direction : first]);
  sort(table);
}

// Hide the tickers that the filter doesn't match, in the tables and in the charts, unless one chart is chosen.
function apply() {
  const rows = [...document.querySelectorAll("table.tickers tbody tr[data-ticker]")];
  rows.forEach((row) => { row.hidden = !matches(row.dataset.ticker); });
  if (!document.getElementById("ticker"))
    for (const figure of document.querySelectorAll("figure[data-ticker]")) figure.hidden = !matches(figure.dataset.ticker);
  const of = document.querySelectorAll("table.heat tbody tr").length;
  const found = document.getElementById("found");
  if (found) found.textContent = filter.trim() ? `${document.querySelectorAll("table.heat tbody tr:not([hidden])").length} of ${of} tickers` : "";
  hint();
}

// Mark the sides at which a table goes on, and name the hours there.
function hint() {
  for (const scroll of document.querySelectorAll(".scroll")) {
    const left = scroll.scrollLeft > 2;
    const right = scroll.scrollWidth - scroll.clientWidth - scroll.scrollLeft > 2;
    scroll.dataset.more = [left ? "left" : "", right ? "right" : ""].join(" ").trim();
    const line = scroll.previousElementSibling;
    if (!line?.classList.contains("hint")) continue;
    const edge = scroll.getBoundingClientRect().right;
    const beyond = [...scroll.querySelectorAll("thead th")].filter((head) => head.getBoundingClientRect().right > edge + 2).map((head) => head.textContent);
    line.textContent = beyond.length ? `Scroll sideways for ${beyond.length > 1 ? `${beyond[0]} to ${beyond.at(-1)}` : beyond[0]} →` : "";
  }
}

const measured = new ResizeObserver(hint);

// Give the tables of a new part their handlers, and the reader's filter and order.
function arrange() {
  const field = document.getElementById("filter");
  if (field && !field.ready) {
    field.ready = true;
    field.value = filter;
    field.addEventListener("input", () => { filter = field.value; apply(); });
    document.getElementById("csv").addEventListener("click", downloadHighs);
  }
  for (const table of document.querySelectorAll("table.tickers")) {
    if (!table.ready) table.addEventListener("click", (event) => { if (event.target.matches(".sort")) turn(event.target); });
    if (!table.ready) sort(table);
    table.ready = true;
  }
  for (const scroll of document.querySelectorAll(".scroll")) {
    if (scroll.ready) continue;
    scroll.ready = true;
    scroll.addEventListener("scroll", hint, { passive: true });
    measured.observe(scroll);
  }
  apply();
}
