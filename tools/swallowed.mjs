// Options that npm keeps for itself, since they stand before `--`: `npm run redrive --dry-run` runs the script without it.
//
// npm hands each of them to the script as npm_config_NAME: the text after "=", or "true". A value in a word of its own
// becomes an argument of the script. npm drops three forms without a trace: `--only=`, `--format=` and `--days=`.
import { spawnSync } from "node:child_process";

const VARIABLE = /^npm_config_(.+)$/i; // Windows has them in upper case
const MAX_TYPOS = 2; // different letters between a misspelt option and a known one

// Return the reason why the command can't run as typed, with the command to type instead, or null if npm kept nothing.
//
// `known` are the command's options (options.json), `args` the arguments that npm passed on, `env` the variables that it set.
// `readSetting` returns npm's own setting of a name, from the files .npmrc or by default, or "undefined" without one.
export function explainSwallowed(command, known, args, env, readSetting) {
  const kept = listKeptOptions(known, env, readSetting);
  const words = takeWords(args);
  const rest = args.slice(words.length);
  if (kept.length > 0) {
    const names = kept.map((option) => option.name).join(", ");
    const unset = kept.filter((option) => option.npms).map((option) => option.variable);
    const hint = unset.length ? ` If your environment sets ${unset.join(" and ")}, unset it.` : "";
    return `${names}: npm keeps an option that stands before --, so the command would run without it.${hint}\nType: ${rebuildCommand(command, known, kept, words, rest)}`;
  }
  if (words.length > 0 && !known.arguments) {
    // npm takes -s for --silent.
    const option = known.values.includes("s") && env.npm_config_loglevel === "silent" && words.length === 1 ? "-s" : "OPTION";
    const again = ["npm run", command, "--", option, ...words.map(quote), ...rest.map(quote)].join(" ");
    return `${words.join(" ")}: npm run ${command} takes options only, and they stand after --.\nType: ${again}`;
  }
  return null;
}

// Return npm's own setting of `name` without the command line and the environment.
export function readNpmSetting(name) {
  const variable = nameVariable(name);
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => key.toLowerCase() !== variable));
  const npm = process.env.npm_execpath;
  if (!npm) return "undefined";
  const asked = spawnSync(process.execPath, [npm, "config", "get", name], { encoding: "utf8", env });
  return asked.status === 0 ? asked.stdout.trim() : "undefined";
}

function nameVariable(name) {
  return `npm_config_${name.replaceAll("-", "_")}`;
}

function listKeptOptions(known, env, readSetting) {
  const kept = [];
  for (const [variable, value] of Object.entries(env)) {
    const key = VARIABLE.exec(variable)?.[1].toLowerCase().replaceAll("_", "-");
    if (!key) continue;
    const name = guessOption(key, known);
    if (!name || (value === "" && !known.values.includes(name))) continue; // an empty flag is one that is off
    const setting = readSetting(key);
    const npms = setting !== "undefined";
    if (npms && (name !== key || value === "" || setting === value)) continue; // .npmrc has it, or it is npm's alone
    kept.push({ name: name.length === 1 ? `-${name}` : `--${name}`, value, npms, variable, isFlag: known.flags.includes(name) });
  }
  return kept.sort((one, other) => (one.name < other.name ? -1 : 1));
}

// Return the command's option that `key` names, or was meant to name.
function guessOption(key, known) {
  const names = [...known.flags, ...known.values];
  if (names.includes(key)) return key;
  if (key.length === 1) return key; // npm has no setting of one letter
  if (key === "cache") return undefined; // npm always exports it, and it resembles --case
  return names.find((name) => name.length > 3 && key.length > 3 && countEdits(key, name) <= MAX_TYPOS);
}

// Return the number of letters to insert, delete, replace or swap with their neighbour (Damerau, Levenshtein).
function countEdits(one, other) {
  const rows = Array.from({ length: one.length + 1 }, (_, i) => Array.from({ length: other.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)));
  for (let i = 1; i <= one.length; i++) {
    for (let j = 1; j <= other.length; j++) {
      const replaced = rows[i - 1][j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? rows[i - 2][j - 2] + 1 : Infinity;
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced, swapped);
    }
  }
  return rows[one.length][other.length];
}

// Return the words before the first option: values that npm has left of the options that it kept.
function takeWords(args) {
  const first = args.findIndex((word) => word.startsWith("-"));
  return first === -1 ? args : args.slice(0, first);
}

// Return the command as it was meant. With several values npm's order is lost, so that they can't be given back to their options.
function rebuildCommand(command, known, kept, words, rest) {
  const waiting = kept.filter((option) => !option.isFlag && option.value === "true");
  const pairs = waiting.length === 1 && words.length === 1;
  const isUnknownFlag = (option) => words.length === 0 && !known.values.includes(option.name.replace(/^-+/, ""));
  if (!pairs && !waiting.every(isUnknownFlag)) return `npm run ${command} -- followed by the rest as you typed it`;
  const options = kept.flatMap((option) => {
    if (waiting.includes(option)) return pairs ? [option.name, quote(words[0])] : [option.name];
    return option.isFlag ? [option.name] : [option.name, quote(option.value)];
  });
  return ["npm run", command, "--", ...(pairs ? [] : words.map(quote)), ...options, ...rest.map(quote)].join(" ");
}

function quote(word) {
  return /^[\w@%+=:,./^-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
