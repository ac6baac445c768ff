// Keeps the live page up to date, and starts executions from its form. The browser's cache sends the ETag.
"use strict";
const RUNNING_MS = 400, IDLE_MS = 2000;
const KEPT = "input"; // the form's values, for the page of the execution that they start
const form = document.getElementById("input");
const voice = document.getElementById("said");
let etag = null; // of the shown page
let due = 0;

function say(text) {
  if (voice.textContent !== text) voice.textContent = text;
}

const readProgress = () => document.querySelector("[data-said]").dataset.said;

async function refresh() {
  clearTimeout(due);
  try {
    const answer = await fetch(location.pathname, { cache: "no-cache" });
    const html = await answer.text();
    if (!answer.ok) throw new Error(answer.statusText);
    if (answer.headers.get("etag") !== etag) {
      etag = answer.headers.get("etag");
      show(html);
    }
    document.body.classList.remove("gone");
    say(readProgress());
  } catch {
    document.body.classList.add("gone");
    say("The embedded cloud does not answer. This is its last known state.");
  }
  if (!document.hidden) due = setTimeout(refresh, document.querySelector("tr.shown .running") ? RUNNING_MS : IDLE_MS);
}

// Return the filled-in fields as an execution's input. Text that is not a number stays as typed, and the API refuses it.
function readForm() {
  const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  if (given.tickers) given.tickers = given.tickers.split(",").map((one) => one.trim());
  if (/^\d+$/.test(given.lookback_minutes ?? "")) given.lookback_minutes = Number(given.lookback_minutes);
  return given;
}

function keepForm() {
  sessionStorage.setItem(KEPT, JSON.stringify([...new FormData(form)]));
}

function fillForm() {
  for (const [name, value] of JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"))
    if (form.elements[name]) form.elements[name].value = value;
}

// A fault starts with its field: "end: ...", "tickers[2]: ...". Faults without a field of the form are shown by the button.
function tell(faults) {
  const rest = [];
  const texts = {};
  for (const fault of faults) {
    const name = fault.match(/^[a-z_]+/)?.[0];
    if (form.elements[name]) (texts[name] ??= []).push(fault);
    else rest.push(fault);
  }
  for (const field of form.querySelectorAll("[name]")) {
    document.getElementById(`fault-${field.name}`).textContent = (texts[field.name] ?? []).join("; ");
    if (texts[field.name]) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  document.getElementById("refused").textContent = rest.join("; ");
  form.querySelector("[aria-invalid]")?.focus();
}

async function start() {
  const answer = await fetch("/executions", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(readForm()) });
  const body = await answer.json().catch(() => ({})); // only the API answers with JSON
  if (answer.status === 202) location.assign(`/executions/${encodeURIComponent(body.id)}#progress`);
  else tell(body.faults ?? [body.detail ?? body.message ?? `refused with status ${answer.status}`]);
}

form.addEventListener("input", keepForm);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  tell([]);
  try {
    await start();
  } catch (error) {
    tell([`not sent: ${error.message}`]);
  } finally {
    button.disabled = false;
  }
});
fillForm();
document.addEventListener("visibilitychange", () => document.hidden || refresh());
refresh();
