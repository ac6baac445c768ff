// A textlint plugin for Python: docstrings, comments, and the texts of errors, help and messages.
import { parser } from "@lezer/python";
import { blank, makeDocument } from "./text.mjs";

const PRAGMA = /\b(?:noqa|type: ignore|ruff|fmt|mypy|pragma)\b(?::[ \w.,\[\]-]*?)?(?: - |$)/;
// Functions and methods with a message for a person as an argument.
const SAYS = new Set(["append", "complain", "echo", "error", "exception", "fail", "print", "say", "secho", "warning"]);

// Return the pieces of a Python file, in their order.
function findPieces(text) {
  const pieces = [];
  parser.parse(text).iterate({
    enter(node) {
      if (node.name === "Comment") pieces.push(readComment(text, node));
      if (!["String", "FormatString"].includes(node.name)) return;
      if (isDocstring(text, node.node)) pieces.push({ ...readString(text, node), piece: { kind: "docstring" } });
      else if (isMessage(text, node.node)) pieces.push({ ...readString(text, node), piece: { kind: "message" } });
    },
  });
  return joinComments(text, pieces);
}

function readComment(text, { from, to }) {
  const comment = text.slice(from, to);
  const prose = comment.startsWith("#!") ? blank(comment) : comment.replace(/^#+/, blank).replace(PRAGMA, blank);
  return { from, prose, piece: { kind: "comment" } };
}

// Return a string's text: its quotes, prefix, escaped line ends and replacement fields are spaces.
function readString(text, { from, to, node }) {
  const prefix = /^\w*(?:"""|'''|"|')/.exec(text.slice(from, to))[0];
  const quote = prefix.replace(/^\w*/, "");
  let prose = blank(prefix) + text.slice(from + prefix.length, to - quote.length) + blank(quote);
  for (let field = node.firstChild; field; field = field.nextSibling) {
    if (field.name !== "FormatReplacement") continue;
    const [start, end] = [field.from - from, field.to - from];
    prose = prose.slice(0, start) + "X".repeat(end - start) + prose.slice(end);
  }
  return { from, prose: prose.replace(/\\[nt"'b\\]/g, "  ") };
}

// Return true for the docstring of a module, class or function.
function isDocstring(text, string) {
  const statement = string.parent;
  if (statement?.name !== "ExpressionStatement") return false;
  const { parent } = statement;
  const before = text.slice(parent.from, statement.from).replace(/#.*/g, "").trim();
  if (parent.name === "Script") return before === "";
  return parent.name === "Body" && before === ":" && ["ClassDefinition", "FunctionDefinition"].includes(parent.parent.name);
}

// Return true for the text of an error, of an option's help, or of a call that prints or logs it.
function isMessage(text, string) {
  for (let node = string; node.parent; node = node.parent) {
    const { parent } = node;
    if (parent.name === "RaiseStatement") return true;
    if (parent.name !== "ArgList") continue;
    const [equals, name] = [node.prevSibling, node.prevSibling?.prevSibling];
    if (equals?.name === "AssignOp" && text.slice(name.from, name.to) === "help") return true;
    const called = text.slice(parent.parent.from, parent.from).split(".").at(-1);
    if (SAYS.has(called)) return /\s\S+\s/.test(text.slice(string.from, string.to));
  }
  return false;
}

// Join comments that stand below each other into one piece.
function joinComments(text, pieces) {
  const joined = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const between = last && text.slice(last.from + last.prose.length, piece.from);
    const below = piece.piece.kind === "comment" && last?.piece.kind === "comment" && /^\n[ \t]*$/.test(between);
    if (below) last.prose += between + piece.prose;
    else joined.push({ ...piece });
  }
  return joined;
}

class PythonProcessor {
  availableExtensions() {
    return [".py"];
  }

  processor() {
    return {
      preProcess: (text) => makeDocument(text, findPieces(text)),
      postProcess: (messages, filePath) => ({ messages, filePath }),
    };
  }
}

export default { Processor: PythonProcessor };
