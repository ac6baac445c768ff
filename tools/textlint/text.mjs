// Nodes of textlint's syntax tree for files that are not Markdown. https://textlint.org/docs/txtnode/
//
// A piece of prose is a Paragraph. Its `prose` has the length of its source, with everything else as spaces, so that an
// index into it is an index into the source. `piece` has the kind of the text.
import { StructuredSource } from "structured-source";

const UNCOUNTED = /[^\n]/g; // each becomes a space, so that lines stay lines

export function blank(text) {
  return text.replace(UNCOUNTED, " ");
}

// Return `text` with code, URLs and references as one word "X" of the same length each.
export function maskCode(text) {
  return text
    .replace(/(?::\w+:)?(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, (code) => code.replace(UNCOUNTED, "X"))
    .replace(/https?:\/\/[^\s)>\]]+/g, (url) => url.replace(UNCOUNTED, "X"))
    .replace(/&\w+;/g, (entity) => entity.replace(UNCOUNTED, "X"));
}

// Return the document of a file that holds these pieces: { from, prose, piece }.
export function makeDocument(text, pieces) {
  const source = new StructuredSource(text);
  const locate = (from, to) => ({
    range: [from, to],
    loc: { start: source.indexToPosition(from), end: source.indexToPosition(to) },
    raw: text.slice(from, to),
  });
  const children = pieces.flatMap(({ from, prose, piece }) =>
    splitParagraphs(prose).map(([start, part], number) => {
      const place = locate(from + start, from + start + part.length);
      const str = { type: "Str", value: part, ...place };
      return { type: "Paragraph", ...place, prose: maskCode(part), piece: { ...piece, first: number === 0 }, children: [str] };
    }),
  );
  return { type: "Document", ...locate(0, text.length), children };
}

// Return the paragraphs of a text, which blank lines and underlined headings separate, each with its place.
function splitParagraphs(prose) {
  const withoutHeadings = prose.replace(/^[ \t]*[A-Z]\w+\n[ \t]*-{3,}[ \t]*$/gm, blank);
  const paragraphs = [];
  for (const found of withoutHeadings.matchAll(/\S(?:(?!\n[ \t]*\n)[\s\S])*/g)) paragraphs.push([found.index, found[0]]);
  return paragraphs;
}
