// The project's commands: `npm run local`, `npm test` ... Each installs its missing packages, then runs.
//
// It uses Node's own modules only, since it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { explainRefusal } from "../resources/stage.js";
import { runToEnd } from "./child.mjs";
import { acquire } from "../deployment/exclusive.js";
import { runShowingLife, showLife } from "./sign_of_life.mjs";
import { explainSwallowed, readNpmSetting } from "./swallowed.mjs";

const BEGAN = Date.now();
const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const BAD_SETUP = 2; // the exit code of every problem that you have to fix first
const MINIMUM_PYTHON = [3, 11];
const WINDOWS = process.platform === "win32";
// Each Python environment has a lock, requirements/NAME.txt, which `npm run lock` makes. All but .venv are made when first needed.
const ENVIRONMENTS = { dev: ".venv", tools: ".venv-tools", checkov: ".venv-checkov", trino: ".venv-trino" };

// The command finance-stream. The Python code has no double quote, so both shells pass it on unchanged.
const START = "import pathlib, sys; sys.path.insert(0, str(pathlib.Path(sys.prefix).parent)); from commands.cli import main; main()";
const LAUNCHER = WINDOWS ? `@"%~dp0python.exe" -P -c "${START}" %*\r\n` : `#!/bin/sh\nexec "\${0%/*}/python" -P -c "${START}" "$@"\n`;

// The commands of the group in commands/cli.py.
const EMBEDDED = ["local", "chaos", "load", "simulate"];
const OF_A_STAGE = ["deploy", "remove", "info", "verify", "redrive", "execute", "follow", "logs", "query", "gaps", "report", "cost"];
// Each command: the environments that it needs, and the module, with arguments, that it runs in the first of them.
const COMMANDS = {
  ...Object.fromEntries([...EMBEDDED, ...OF_A_STAGE].map((name) => [name, { environments: ["dev"], module: ["commands", name] }])),
  // The gate checkov needs its own environment: checkov pins another boto3. With arguments, only pytest runs.
  test: { environments: process.argv.length > 3 ? ["dev"] : ["dev", "checkov"], module: ["tools.gates"] },
  check: { environments: ["dev"], module: ["tools.check", "check"] },
  static: { environments: ["dev", "checkov"], module: ["tools.check", "static"] },
  prose: { environments: ["dev"], module: ["tools.prose"] },
  coverage: { environments: ["dev"], module: ["tools.coverage"] },
  bench: { environments: ["dev"], module: ["bench"] },
  "test:trino": { environments: ["trino"], module: ["tools.trino"] },
  audit: { environments: ["tools"], module: ["tools.audit"] },
  lock: { environments: ["tools"], module: ["tools.lock"] },
};

function fail(message) {
  console.error(message);
  process.exit(BAD_SETUP);
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24;
  if (!supported) fail(`Node ${process.versions.node} is too old: install Node 20.19 or newer (20, 22 or 24), then run this again.`);
}

// An option before `--` is npm's: a command without its --dry-run or --stage must not run.
function requireOwnOptions(name) {
  const known = JSON.parse(readFileSync(path.join(ROOT, "tools", "options.json"), "utf8"))[name];
  const fromNpm = process.env.npm_execpath ? process.env : {};
  const refused = explainSwallowed(name, known, process.argv.slice(3), fromNpm, readNpmSetting);
  if (refused) fail(refused);
}

// A stage's name is checked before any installation and any call of AWS.
function requireStage() {
  const options = { stage: { type: "string", short: "s" } };
  const { stage } = parseArgs({ args: process.argv.slice(3), options, strict: false }).values;
  const refused = typeof stage === "string" && explainRefusal(stage);
  if (refused) fail(refused);
}

// Return a hash of the inputs of a set-up. The set-up is current while its mark has the same hash.
function fingerprint(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

function isCurrent(mark, value) {
  return existsSync(mark) && readFileSync(mark, "utf8") === value;
}

async function run(command, args, step, options = {}) {
  const status = await runShowingLife(command, args, step, { cwd: ROOT, ...options });
  if (status !== 0) fail(`${step} failed (${command} ${args.join(" ")}): fix the problem reported above, then run this again.`);
}

const NODE_MARK = path.join(ROOT, "node_modules", ".finance-stream");

function fingerprintNode() {
  return fingerprint(readFileSync(path.join(ROOT, "package-lock.json")), process.versions.node);
}

async function setUpNode() {
  console.error("Installing npm packages (once) ...");
  await run(WINDOWS ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], "npm ci", { shell: WINDOWS });
  writeFileSync(NODE_MARK, fingerprintNode());
}

// Return the first Python that is new enough: PYTHON, or one on the PATH.
function findPython() {
  const candidates = [process.env.PYTHON, "python3", "python", "python3.13", "python3.12", "python3.11", WINDOWS && "py"];
  const seen = [];
  for (const command of candidates.filter(Boolean)) {
    const asked = spawnSync(command, ["-c", "import sys; print(*sys.version_info[:3], sep='.')"], { encoding: "utf8" });
    if (asked.status !== 0) continue;
    const version = asked.stdout.trim();
    const [major, minor] = version.split(".").map(Number);
    if (major === MINIMUM_PYTHON[0] && minor >= MINIMUM_PYTHON[1]) return { command, version };
    seen.push(`${command} is ${version}`);
  }
  const found = seen.length ? ` (found: ${seen.join(", ")})` : "";
  return fail(`No Python ${MINIMUM_PYTHON.join(".")} or newer on the PATH${found}: install one, or set PYTHON to its path, then run this again.`);
}

function locatePython(environment) {
  const folder = path.join(ROOT, ENVIRONMENTS[environment]);
  return WINDOWS ? path.join(folder, "Scripts", "python.exe") : path.join(folder, "bin", "python");
}

function locateMark(environment) {
  return path.join(ROOT, ENVIRONMENTS[environment], ".finance-stream");
}

function locateLock(environment) {
  return `requirements/${environment}.txt`;
}

function fingerprintPython(environment) {
  return fingerprint(readFileSync(path.join(ROOT, locateLock(environment))), ROOT, LAUNCHER); // a venv does not survive being moved
}

// Write the command finance-stream into .venv. An editable install would put this folder on the path of the functions
// that the embedded cloud runs with the Python of .venv: they would find a module that their package lacks.
function writeLauncher() {
  const folder = path.dirname(locatePython("dev"));
  writeFileSync(path.join(folder, WINDOWS ? "finance-stream.cmd" : "finance-stream"), LAUNCHER, { mode: 0o755 });
}

async function setUpPython(environment) {
  const folder = ENVIRONMENTS[environment];
  const { command, version } = findPython();
  console.error(`Installing Python packages into ${folder} (once, with Python ${version}) ...`);
  rmSync(path.join(ROOT, folder), { recursive: true, force: true });
  await run(command, ["-m", "venv", folder], `Making ${folder}`);
  await install(locatePython(environment), locateLock(environment));
  if (environment === "dev") writeLauncher();
  writeFileSync(locateMark(environment), fingerprintPython(environment));
}

// Install a lock with uv, which takes seconds where pip takes minutes. If uv fails, such as with a mirror that only pip's
// configuration names, install it with pip. Byte code is compiled now only if Python may not write it later: then each
// process would compile its imports again. Otherwise Python compiles the imported tenth of the modules, at their first import.
async function install(venvPython, lock) {
  // Wheels only: a source package would run its own code to build, and use build tools that are in no lock.
  const from = (file) => ["install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", file];
  const pip = (file) => run(venvPython, ["-m", "pip", ...from(file), "--disable-pip-version-check"], "pip install");
  await pip("requirements/uv.txt");
  const compiled = process.env.PYTHONDONTWRITEBYTECODE ? ["--compile-bytecode"] : [];
  const byUv = ["-m", "uv", "pip", ...from(lock), ...compiled, "--python", venvPython];
  if ((await runShowingLife(venvPython, byUv, "uv pip install", { cwd: ROOT })) === 0) return;
  console.error("uv could not install them (see above); pip does, which takes a minute or two ...");
  await pip(lock);
}

// Start the command, which ends this process with its own exit code.
function startPython(environment, module, isFirstRun) {
  const executable = locatePython(environment);
  const variables = {
    ...process.env,
    PYTHON: executable, // for Serverless to package with
    PYTHONUTF8: "1",
    // For the command to report its duration since you typed it, in seconds: the start as a Unix time, and the set-up.
    FINANCE_STREAM_STARTED_AT: String(performance.timeOrigin / 1000),
    FINANCE_STREAM_SET_UP_SECONDS: String((Date.now() - BEGAN) / 1000),
    FINANCE_STREAM_FIRST_RUN: isFirstRun ? String(process.pid) : "", // for the command's signs of life
    FINANCE_STREAM_STARTED_BY: String(process.pid), // for the command to end when this process is killed
  };
  runToEnd(executable, ["-m", ...module, ...process.argv.slice(3)], { cwd: ROOT, env: variables });
}

// Return the steps of the set-up that are still to do.
function listSteps(environments) {
  const lacks = (environment) => !isCurrent(locateMark(environment), fingerprintPython(environment)) || !existsSync(locatePython(environment));
  const pythons = environments.filter(lacks).map((environment) => () => setUpPython(environment));
  return isCurrent(NODE_MARK, fingerprintNode()) ? pythons : [setUpNode, ...pythons];
}

// Install the command's missing packages, and return true if there were any. Two commands in one folder would overwrite each other's: the second waits.
async function setUp(environments) {
  if (listSteps(environments).length === 0) return false;
  let life;
  const wait = (pid) => {
    console.error(`Waiting for process ${pid}, which installs packages into this folder ...`);
    life = showLife("Waiting");
  };
  const release = await acquire(path.join(ROOT, ".local", "set-up.lock"), wait);
  life?.end();
  for (const step of listSteps(environments)) await step();
  release();
  return true;
}

const command = COMMANDS[process.argv[2]];
if (!command) fail(`${process.argv[2]}: not a command. Use one of ${Object.keys(COMMANDS).join(", ")}.`);
requireNode();
requireOwnOptions(process.argv[2]);
if (OF_A_STAGE.includes(process.argv[2])) requireStage();
const isFirstRun = await setUp(command.environments);
startPython(command.environments[0], command.module, isFirstRun);
