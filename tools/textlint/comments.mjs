// A textlint plugin for templates, SQL, state machines and scripts: comments and descriptions, found line by line.
import { blank, makeDocument } from "./text.mjs";

const COMMENT = { ".yml": "#", ".sh": "#", ".sql": "--", ".js": "//", ".mjs": "//" };
const PRAGMA = /^\s*(?:checkov|zizmor|cfn-lint|yaml-language-server|eslint)\b.*/;
const DESCRIPTION = /^(?<head>\s*(?:- )?(?:description|summary|Description|AlarmDescription|reason):\s+)(?<text>\S.*)$/;
const ASL_COMMENT = /"Comment":\s*"(?<text>(?:[^"\\]|\\.)*)"/g;

// Return the place of a line's comment mark that is not inside quotes, -1 if it has none.
function findMark(line, mark) {
  if (line.trimStart().startsWith(mark)) return line.indexOf(mark);
  const isQuoted = (at) => line.slice(0, at).replace(/[^"'`]/g, "").length % 2 === 1;
  let at = line.indexOf(` ${mark} `);
  while (at !== -1 && isQuoted(at)) at = line.indexOf(` ${mark} `, at + 1);
  return at === -1 ? at : at + 1;
}

function readComment(line, at, mark) {
  const comment = line.slice(at + mark.length);
  return blank(mark) + (comment.startsWith("!") ? blank(comment) : comment.replace(PRAGMA, blank));
}

function findPieces(text, extension) {
  const mark = COMMENT[extension];
  const pieces = [];
  let [offset, before, block] = [0, "", null]; // block: the indentation of a description that goes on over lines
  for (const line of text.split("\n")) {
    const description = extension === ".yml" ? DESCRIPTION.exec(line)?.groups : undefined;
    const indentation = line.length - line.trimStart().length;
    if (block !== null && line.trim() && indentation <= block) block = null;
    const at = block === null ? findMark(line, mark) : -1;
    if (block !== null) {
      pieces.at(-1).prose += `\n${line}`;
    } else if (at !== -1 && line.slice(0, at).trim() === "" && before === line.slice(0, at) + mark) {
      pieces.at(-1).prose += `\n${blank(line.slice(0, at))}${readComment(line, at, mark)}`;
    } else if (at !== -1) {
      pieces.push({ from: offset + at, prose: readComment(line, at, mark), piece: { kind: "comment" } });
    } else if (description) {
      const starts = /^[|>][-+]?$/.test(description.text);
      if (starts) block = indentation;
      const prose = starts ? blank(description.text) : description.text.replace(/^["']|["']$/g, " ");
      pieces.push({ from: offset + description.head.length, prose, piece: { kind: "message" } });
    }
    before = at === -1 ? "" : line.slice(0, at) + mark;
    offset += line.length + 1;
  }
  return pieces;
}

function findAslComments(text) {
  return [...text.matchAll(ASL_COMMENT)].map((found) => {
    const from = found.index + found[0].indexOf(found.groups.text, '"Comment":'.length);
    return { from, prose: found.groups.text, piece: { kind: "comment" } };
  });
}

class CommentsProcessor {
  availableExtensions() {
    return [".json", ...Object.keys(COMMENT)];
  }

  processor(extension) {
    const find = extension === ".json" ? findAslComments : findPieces;
    return {
      preProcess: (text) => makeDocument(text, find(text, extension)),
      postProcess: (messages, filePath) => ({ messages, filePath }),
    };
  }
}

export default { Processor: CommentsProcessor };
