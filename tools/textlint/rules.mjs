// The project's textlint rules: plain English. https://textlint.org/docs/rule/
//
// A rule of BUDGETS may find a few places per 1,000 words. Each other rule may find none. ruff's rule D401 checks that a
// function's docstring starts with a verb.
import { blank, maskCode } from "./text.mjs";

// The most findings per 1,000 words, in documentation and in code. Well-read projects of this field have 1 to 3 clauses
// and 1 to 5 semicolons.
export const BUDGETS = { "clause-words": { docs: 3, code: 4 }, semicolons: { docs: 3, code: 4 } };

const PREPOSITIONS = "by|of|in|for|from|at|with|to|on";
const CLAUSE_WORDS = new RegExp(
  String.raw`\b(?:what(?!'s new)|whoever|whatever|whichever|wherever|whose|that which|(?:${PREPOSITIONS}) (?:which|whom|what))\b`,
  "gi",
);

// Words that are not standard, and the words to write instead.
const DIALECT = [
  [/\bmend(?:s|ed|ing)?\b/gi, "fix"],
  [/\bbefalls?\b|\bbefell\b/gi, "happens to"],
  [/\b(?:strikes?|struck)\b/gi, "inject (a fault), or: happens"],
  [/\bsuffers?\b/gi, "has, or: fails"],
  [/\b(?:clean|the) books\b/gi, "the ledger"],
  [/\brings?\b/gi, "fires (an alarm)"],
  [/\b(?:ends?|is|are|goes|stays|turns) (?:green|red)\b|\b(?:green|red) (?:execution|run)s?\b/gi, "SUCCEEDED or FAILED, passes or fails"],
  [/\bcounted twice\b/gi, "duplicate"],
  [/\banew\b/gi, "again"],
  [/\bby itself alone\b|\bnone of its own\b|\bthat is none\b|\bthere is of it\b|\bis told of\b|\basks nothing\b/gi, "say it with the noun"],
  [/\bbesides,/gi, "also,"],
  [/\bas of (?!\d|:|X)/gi, "since, or: on"],
  [/(?<!\bthere )\b(?:is|are) no (?!longer|more)[a-z]+/gi, "is not a ..., or: there is no ..."],
];

const OPENERS = /^(?:What|Whether|Where|How|That|When|Which|Who|Whose)\b/;

const PERIOD = "second|minute|hour|day|week|month|year|night|session|ticker";
const UNIT = `${PERIOD}|bar|batch|byte|collector|core|date|exchange|execution|interval|line|page|partition|poll|query|record|request|row|run|worker`;
const COUNTED = "attempts|bars|batches|bytes|collectors|cents|dollars|executions|[KMGT]B|ms|minutes|objects|rows|seconds|sessions|tickers|µs";
// These may be verbs as well: "runs a query".
const COUNTED_OR_VERB = "calls|files|queries|records|requests|runs|states|times|transitions";
const END = String.raw`(?=\s*(?:[.,:;)|]|$|(?:and|or|in|at|for|on|than|with)\b))`;
const A_FOR_PER = new RegExp(
  String.raw`(?:(?:\$[\d.,]+|\b(?:${COUNTED})) (an?) (?:${UNIT})|\b(?:${COUNTED_OR_VERB}) (an?) (?:${PERIOD}))${END}`,
  "gi",
);

const words = new Map(); // by file

// Return the number of words of a file that was linted.
export function countWords(file) {
  return words.get(file) ?? 0;
}

// Return a node's text, with code and markup replaced by as many other characters.
function readProse(node, context) {
  if (node.prose !== undefined) return node.prose;
  let prose = context.getSource(node);
  const mask = (child, to) => {
    const [start, end] = child.range.map((at) => at - node.range[0]);
    prose = prose.slice(0, start) + to(prose.slice(start, end)) + prose.slice(end);
  };
  const visit = (child) => {
    if (child.type === "Code") mask(child, (code) => code.replace(/[^\n]/g, "X"));
    else if (child.type === "Html") mask(child, blank);
    else if (child.type === "Link" || child.type === "Image") maskTarget(child, mask);
    for (const inner of child.children ?? []) visit(inner);
  };
  for (const child of node.children ?? []) visit(child);
  return maskCode(prose);
}

// Hide the target of a link or an image behind its text.
function maskTarget(node, mask) {
  const last = node.children?.at(-1);
  mask({ range: [last ? last.range[1] : node.range[0], node.range[1]] }, blank);
}

// Make a rule of a function that yields [index, message] for a text.
function makeRule(find) {
  return (context) => {
    const check = (node) => {
      const prose = readProse(node, context);
      for (const [index, message] of find(prose, node)) {
        context.report(node, new context.RuleError(message, { padding: context.locator.at(index) }));
      }
    };
    return { Paragraph: check, Header: check, TableCell: check };
  };
}

function* findClauses(prose) {
  for (const found of prose.matchAll(CLAUSE_WORDS)) {
    const rest = prose.slice(found.index);
    if (/^[^.!?]*\?/.test(rest)) continue; // a question
    yield [found.index, `"${found[0]}": name the thing that you mean`];
  }
}

function* findSemicolons(prose) {
  for (const found of prose.matchAll(/;(?=\s|$)/g)) yield [found.index, "semicolon: make two sentences of it"];
}

function* findDialect(prose) {
  for (const [pattern, better] of DIALECT) {
    for (const found of prose.matchAll(pattern)) yield [found.index, `"${found[0]}": write "${better}"`];
  }
}

function* findPer(prose) {
  for (const found of prose.matchAll(A_FOR_PER)) yield [found.index, `"${found[0].replace(/\s+/g, " ")}": write "per" for "${found[1] ?? found[2]}"`];
}

function* findOpening(prose, { piece }) {
  if (piece?.kind !== "docstring" || !piece.first) return;
  const text = prose.trimStart();
  const at = prose.length - text.length;
  const word = /^\S*/.exec(text)[0];
  if (OPENERS.test(text)) yield [at, `docstring opens with "${word}": start with a verb (function) or a noun phrase`];
}

export const RULES = {
  "clause-words": makeRule(findClauses),
  semicolons: makeRule(findSemicolons),
  dialect: makeRule(findDialect),
  per: makeRule(findPer),
  "docstring-opening": makeRule(findOpening),
  words: (context) => {
    const count = (node) => {
      const file = context.getFilePath();
      words.set(file, countWords(file) + readProse(node, context).split(/\s+/).filter((word) => /\w/.test(word)).length);
    };
    return { Paragraph: count, Header: count, TableCell: count };
  },
};
