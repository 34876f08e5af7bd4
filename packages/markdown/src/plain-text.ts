/** A piece of a text, and whether it was searched for. */
export interface TextPiece {
  text: string;
  match: boolean;
}

const removed = 1;
const replacedBySpace = 2;

/** Markdown syntax that is removed from a passage, which may begin and end anywhere. */
const syntax = [
  // Headings, quotes, bullets, tasks, callouts, fences and rules at the beginning of a line.
  /(?<=^|\n)[ \t]*(?:(?:#{1,6}|>|[-*+])[ \t]+)+(?:\[[ xX]\][ \t]+|\[![\w-]+\][+-]?[ \t]*)?/g,
  /(?<=^|\n)[ \t]*(?:`{3,}|~{3,})[^\n]*/g,
  /(?<=^|\n)(?=[ \t|:]*-{3})[ \t|:-]+(?=\r?\n|$)/g,
  // Images and links keep their text, wiki links their name.
  /!?\[(?=[^\]\n]*\]\()/g,
  /\]\([^)\n]*(?:\)|$)/g,
  /!?\[\[/g,
  /\]\]/g,
  // Emphasis and code, unless spaces or word characters around the marks give them another meaning.
  /(?<![\p{L}\d])[*_~=`]+(?=\S)|(?<=\S)[*_~=`]+(?![\p{L}\d])/gu,
  /\*{2}/g,
  /[ \t]*\|[ \t]*/g,
];

/** Returns a passage of Markdown without its syntax. Matches are not changed. */
export function toPlainPieces(pieces: readonly TextPiece[]): TextPiece[] {
  const text = pieces.map((piece) => piece.text).join("");
  const marks = new Uint8Array(text.length);
  for (const pattern of syntax)
    for (const { 0: found, index } of text.matchAll(pattern))
      marks.fill(found.includes("|") && index > 0 ? replacedBySpace : removed, index, index + found.length);
  let at = 0;
  const plain = pieces.map(({ text: piece, match }) => {
    const start = at;
    at += piece.length;
    if (match) return { text: piece, match };
    let plainText = "";
    let keptFrom = start;
    for (let index = start; index < at; index += 1) {
      const mark = marks[index];
      if (mark === 0) continue;
      plainText += text.slice(keptFrom, index);
      if (mark === replacedBySpace) plainText += " ";
      keptFrom = index + 1;
    }
    plainText += text.slice(keptFrom, at);
    return { text: plainText.replaceAll(/[ \t]{2,}/g, " "), match };
  });
  return plain.filter(({ text: piece }) => piece !== "");
}

/** Returns a passage of Markdown without its syntax. A passage that consists only of syntax is returned unchanged. */
export function toPlainText(markdown: string): string {
  const plain = toPlainPieces([{ text: markdown, match: false }])
    .map(({ text }) => text)
    .join("");
  return plain.trim() === "" ? markdown : plain;
}
