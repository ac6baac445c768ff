// `npm run prose`: how plainly the texts of this tree are written, by textlint and the rules of rules.mjs.
//
// Without arguments all files are read. Each argument is a file or a folder to read alone. The exit code is 1 when a rule
// without a budget finds something, or when a room has more findings than its budget.
import { TextlintKernel } from "@textlint/kernel";
import markdown from "@textlint/textlint-plugin-markdown";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import comments from "./comments.mjs";
import python from "./python.mjs";
import { BUDGETS, RULES, countWords } from "./rules.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const SKIPPED = new Set(["node_modules", "out", "__pycache__", "package-lock.json"]);
const EXTENSIONS = new Set([".md", ".py", ".yml", ".sql", ".js", ".mjs", ".sh"]);
const STATE_MACHINE = ".asl.json";
const BAD_INPUT = 2;

const kernel = new TextlintKernel();
const plugins = Object.entries({ markdown: markdown.default ?? markdown, python, comments });
const settings = {
  plugins: plugins.map(([pluginId, plugin]) => ({ pluginId, plugin })),
  rules: Object.entries(RULES).map(([ruleId, rule]) => ({ ruleId, rule })),
};

// List the files to read at or below a path. Folders that start with a dot are tools' own.
function listFiles(at) {
  if (statSync(at).isFile()) return [at];
  const entries = readdirSync(at, { withFileTypes: true }).filter(({ name }) => !SKIPPED.has(name) && !name.startsWith("."));
  const isRead = (name) => EXTENSIONS.has(path.extname(name)) || name.endsWith(STATE_MACHINE);
  return entries.flatMap((entry) => {
    const inner = path.join(at, entry.name);
    if (entry.isDirectory()) return listFiles(inner);
    return isRead(entry.name) ? [inner] : [];
  });
}

async function lint(file) {
  const { messages } = await kernel.lintText(readFileSync(file, "utf8"), { filePath: file, ext: path.extname(file), ...settings });
  const name = path.relative(ROOT, file).split(path.sep).join("/");
  const kind = path.extname(file) === ".md" ? "docs" : "code";
  const room = kind === "docs" ? "Markdown" : name.includes("/") ? name.split("/")[0] : "the root folder";
  const findings = messages.map(({ line, column, message, ruleId }) => ({ place: `${name}:${line}:${column}`, message, ruleId }));
  return { name, kind, room, words: countWords(file), findings };
}

// Return each room's words and its findings by rule.
function sumByRoom(linted) {
  const rooms = new Map();
  for (const { kind, room, words, findings } of linted) {
    const sum = rooms.get(room) ?? { kind, words: 0, findings: [] };
    rooms.set(room, { kind, words: sum.words + words, findings: [...sum.findings, ...findings] });
  }
  return rooms;
}

// Return the findings of a room that fail, and its line of the summary.
function judge(room, { kind, words, findings }) {
  const within = new Set();
  const rates = Object.entries(BUDGETS).map(([rule, { [kind]: budget }]) => {
    const rate = (1000 * findings.filter(({ ruleId }) => ruleId === rule).length) / Math.max(words, 1000);
    if (rate <= budget) within.add(rule);
    return `${rule} ${rate.toFixed(1)} (at most ${budget})`;
  });
  const failing = findings.filter(({ ruleId }) => !within.has(ruleId));
  return { failing, summary: `${room}: ${words.toLocaleString("en")} words. Per 1,000 words: ${rates.join(", ")}` };
}

const paths = process.argv.slice(2).map((name) => path.resolve(name));
const missing = paths.filter((at) => !existsSync(at));
if (missing.length > 0) {
  console.error(`${missing.join(", ")}: no such file or folder`);
  process.exit(BAD_INPUT);
}
const linted = await Promise.all((paths.length > 0 ? paths : [ROOT]).flatMap(listFiles).sort().map(lint));
const judged = [...sumByRoom(linted)].map(([room, sum]) => judge(room, sum));
const failing = judged.flatMap((one) => one.failing);
for (const { place, message, ruleId } of failing) console.log(`${place}: ${message} [${ruleId}]`);
for (const { summary } of judged) console.log(summary);
console.log(failing.length === 0 ? "The prose passes." : `The prose fails in ${failing.length.toLocaleString("en")} places.`);
process.exitCode = failing.length === 0 ? 0 : 1;
