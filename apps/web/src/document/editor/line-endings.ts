import type { ChangeSet, Text } from "@codemirror/state";
import { anyLineEnding, type LineEnding, findMostFrequent, withLineEnding } from "@mdreader/client";

/**
 * The editor counts every line ending as one character, so that no cursor or edit can fall between CR and LF. The
 * document keeps its text byte for byte. `LineEndings` records the ending of each line and converts between editor
 * positions and text indexes.
 */
export class LineEndings {
  /** One letter per line ending of the text, in order. */
  readonly #letters: string;
  #crlfCounts: Uint32Array | null = null;

  private constructor(letters: string) {
    this.#letters = letters;
  }

  static of(text: string): LineEndings {
    return new LineEndings(encodeEndings(text));
  }

  /** The ending of new lines. */
  get preferred(): LineEnding {
    const counts = { "\n": 0, "\r\n": 0, "\r": 0 };
    for (const letter of this.#letters) counts[toLineEnding(letter)] += 1;
    return findMostFrequent(counts);
  }

  /** Converts an editor position to a text index. */
  toIndex(doc: Text, position: number): number {
    return position + this.#crlfBefore(doc.lineAt(position).number - 1);
  }

  /** Converts a text index to an editor position. An index between CR and LF maps to the end of the line. */
  toPosition(doc: Text, index: number): number {
    let [low, high] = [1, doc.lines];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (doc.line(middle).from + this.#crlfBefore(middle - 1) <= index) low = middle;
      else high = middle - 1;
    }
    const { from, to } = doc.line(low);
    return Math.max(from, Math.min(to, index - this.#crlfBefore(low - 1)));
  }

  /** The text between two editor positions. */
  slice(doc: Text, from: number, to: number): string {
    const first = doc.lineAt(from).number;
    let [text, number] = ["", first];
    for (const line of doc.slice(from, to).iterLines()) {
      text += (number > first ? this.#ending(number - 1) : "") + line;
      number += 1;
    }
    return text;
  }

  /** The line endings after an editor change. New lines get the preferred ending. */
  afterEdit(before: Text, changes: ChangeSet, after: Text): LineEndings {
    let letters = "";
    let copied = 0;
    const edited: [number, number][] = [];
    changes.iterChanges((fromA, toA, fromB, toB, { lines }) => {
      const added = lines > 1 ? toEndingCode(this.preferred).repeat(lines - 1) : "";
      letters += this.#letters.slice(copied, before.lineAt(fromA).number - 1) + added;
      copied = before.lineAt(toA).number - 1;
      edited.push([fromB, toB]);
    });
    letters += this.#letters.slice(copied);
    // A lone CR that ends up before an LF would merge with it into one ending: the CR becomes CRLF.
    for (const [from, to] of letters.includes("rn") ? edited : []) {
      for (let { number } = after.lineAt(from); number <= after.lineAt(to).number; number += 1) {
        if (after.line(number).length === 0 && letters.slice(number - 2, number) === "rn")
          letters = `${letters.slice(0, number - 2)}c${letters.slice(number - 1)}`;
      }
    }
    return letters === this.#letters ? this : new LineEndings(letters);
  }

  /** Converts an editor change to text edits in ascending order, with indexes in the old text. */
  toTextEdits(before: Text, changes: ChangeSet, after: Text, endings: LineEndings): TextEdit[] {
    const edits: TextEdit[] = [];
    changes.iterChanges((fromA, toA, fromB, toB) => {
      const line = before.lineAt(fromA);
      const letter = this.#letters[line.number - 2];
      const isRewritten =
        line.from === fromA &&
        letter !== undefined &&
        letter !== endings.#letters[after.lineAt(fromB).number - 2];
      const by = isRewritten ? 1 : 0;
      const index = this.toIndex(before, fromA - by);
      const insert = endings.slice(after, fromB - by, toB);
      edits.push({ index, remove: this.toIndex(before, toA) - index, insert });
    });
    return edits;
  }

  /** Converts text edits, remote or from undo, to editor changes. */
  fromTextEdits(doc: Text, edits: readonly TextEdit[]): { changes: ViewChange[]; endings: LineEndings } {
    const changes: ViewChange[] = [];
    let letters = "";
    let copied = 0;
    for (const edit of edits) {
      let { index, insert } = edit;
      let end = index + edit.remove;
      // A CR before the edit or an LF after it changes the adjacent line endings.
      if (this.#unitAt(doc, index - 1) === "\r") [index, insert] = [index - 1, `\r${insert}`];
      if (this.#unitAt(doc, end) === "\n") [end, insert] = [end + 1, `${insert}\n`];
      const [from, to] = [this.toPosition(doc, index), this.toPosition(doc, end)];
      letters += this.#letters.slice(copied, doc.lineAt(from).number - 1) + encodeEndings(insert);
      copied = doc.lineAt(to).number - 1;
      const change = trimCommon(doc, { from, to, insert: withLineEnding(insert, "\n") });
      if (change.from < change.to || change.insert !== "") changes.push(change);
    }
    return { changes, endings: new LineEndings(letters + this.#letters.slice(copied)) };
  }

  #ending(index: number): LineEnding {
    return toLineEnding(this.#letters[index - 1] ?? "n");
  }

  /** The code unit at an index if it belongs to a line ending. */
  #unitAt(doc: Text, index: number): string | undefined {
    if (index < 0) return undefined;
    const { number, to } = doc.lineAt(this.toPosition(doc, index));
    if (number > this.#letters.length) return undefined;
    return this.#ending(number)[index - to - this.#crlfBefore(number - 1)];
  }

  /** The number of CRLFs among the first `count` endings. Each is one unit longer in the text than in the editor. */
  #crlfBefore(count: number): number {
    this.#crlfCounts ??= countCrlf(this.#letters);
    return this.#crlfCounts[count] ?? 0;
  }
}

/** One edit of the text. */
export interface TextEdit {
  index: number;
  remove: number;
  insert: string;
}

/** A change of the editor's document, in which every line ends with LF. */
export interface ViewChange {
  from: number;
  to: number;
  insert: string;
}

const encodeEndings = (text: string) =>
  Array.from(text.matchAll(anyLineEnding), ([ending]) => toEndingCode(ending)).join("");

const toEndingCode = (ending: string) => (ending === "\n" ? "n" : ending === "\r" ? "r" : "c");
const toLineEnding = (letter: string): LineEnding => (letter === "n" ? "\n" : letter === "r" ? "\r" : "\r\n");

function countCrlf(letters: string): Uint32Array {
  const counts = new Uint32Array(letters.length + 1);
  for (let at = 0; at < letters.length; at += 1)
    counts[at + 1] = (counts[at] ?? 0) + Number(letters[at] === "c");
  return counts;
}

/** Trims unchanged line endings at both ends. */
function trimCommon(doc: Text, { from, to, insert }: ViewChange): ViewChange {
  const isEnding = (position: number) => doc.sliceString(position, position + 1) === "\n";
  if (from < to && insert.startsWith("\n") && isEnding(from)) [from, insert] = [from + 1, insert.slice(1)];
  if (from < to && insert.endsWith("\n") && isEnding(to - 1)) [to, insert] = [to - 1, insert.slice(0, -1)];
  return { from, to, insert };
}
