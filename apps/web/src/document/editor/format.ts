import {
  type ChangeSpec,
  EditorSelection,
  type EditorState,
  type Line,
  type StateCommand,
} from "@codemirror/state";

/** Commands that insert Markdown syntax. Each applies to all selections, and most toggle. */

const isMarked = (state: EditorState, from: number, to: number, mark: string) =>
  state.sliceDoc(from - mark.length, from) === mark && state.sliceDoc(to, to + mark.length) === mark;

/** Toggles `mark` around the selection or the word at the cursor. */
export function toggleMark(mark: string): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const change = state.changeByRange((range) => {
      const { from, to } = range.empty ? (state.wordAt(range.head) ?? range) : range;
      const inner = state.sliceDoc(from, to);
      const { length } = mark;
      const shifted = (by: number) =>
        range.empty
          ? EditorSelection.cursor(range.head + by)
          : EditorSelection.range(range.anchor + by, range.head + by);
      if (isMarked(state, from, to, mark)) {
        return {
          changes: [
            { from: from - length, to: from },
            { from: to, to: to + length },
          ],
          range: shifted(-length),
        };
      }
      if (inner.length >= 2 * length && inner.startsWith(mark) && inner.endsWith(mark)) {
        return {
          changes: { from, to, insert: inner.slice(length, -length) },
          range: EditorSelection.range(from, to - 2 * length),
        };
      }
      return {
        changes: [
          { from, insert: mark },
          { from: to, insert: mark },
        ],
        range: shifted(length),
      };
    });
    dispatch(state.update(change, { scrollIntoView: true, userEvent: "input.format" }));
    return true;
  };
}

/** Turns the selection into a link and selects the address; if the selection is an address, selects the link text. */
export const insertLink: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const change = state.changeByRange(({ from, to }) => {
    const text = state.sliceDoc(from, to);
    const isAddress = /^https?:\/\/\S+$/.test(text);
    const insert = isAddress ? `[](${text})` : `[${text}]()`;
    const cursor = isAddress || text === "" ? from + 1 : from + insert.length - 1;
    return { changes: { from, to, insert }, range: EditorSelection.cursor(cursor) };
  });
  dispatch(state.update(change, { scrollIntoView: true, userEvent: "input.format" }));
  return true;
};

const linePrefix = /^(\s*)(?:#{1,6}[ \t]+|>[ \t]?|(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?/;

/** Line kinds. `text` is a line of no other kind. */
export type LineKind = "text" | "bullet" | "number" | "task" | "quote" | `heading${1 | 2 | 3 | 4}`;

const toLinePrefix = (kind: LineKind, number: number): string => {
  if (kind.startsWith("heading")) return `${"#".repeat(Number(kind.slice(-1)))} `;
  const signs: Record<string, string> = { bullet: "- ", number: `${number}. `, task: "- [ ] ", quote: "> " };
  return signs[kind] ?? "";
};

/** Sets the kind of the selected lines; resets them to text if all have it already. */
export function setLines(kind: LineKind): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const lines = getSelectedLines(state);
    const written = lines.length > 1 ? lines.filter(({ text }) => text.trim() !== "") : lines;
    const changes = written.map((line, index): ChangeSpec => {
      const [prefix = "", indent = ""] = linePrefix.exec(line.text) ?? [];
      return {
        from: line.from,
        to: line.from + prefix.length,
        insert: indent + toLinePrefix(kind, index + 1),
      };
    });
    const isAlready = written.every(({ text }, index) => {
      const [prefix = "", indent = ""] = linePrefix.exec(text) ?? [];
      return kind !== "text" && prefix === indent + toLinePrefix(kind, index + 1);
    });
    if (isAlready) return setLines("text")({ state, dispatch });
    const set = state.changes(changes);
    const selection = state.selection.map(set, 1);
    dispatch(state.update({ changes: set, selection, scrollIntoView: true, userEvent: "input.format" }));
    return true;
  };
}

function getSelectedLines(state: EditorState): Line[] {
  const lines = new Map<number, Line>();
  for (const { from, to } of state.selection.ranges) {
    for (let { number } = state.doc.lineAt(from); number <= state.doc.lineAt(to).number; number += 1)
      lines.set(number, state.doc.line(number));
  }
  return [...lines.values()];
}

/** Toggles the selected tasks; turns other lines into tasks. */
export const toggleTask: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const box = /^\s*(?:[-*+]|\d{1,9}[.)])[ \t]+\[([ xX])\]/;
  const changes = getSelectedLines(state).flatMap((line) => {
    const [found, filled] = box.exec(line.text) ?? [];
    if (found === undefined) return [];
    const at = line.from + found.length - 2;
    return [{ from: at, to: at + 1, insert: filled === " " ? "x" : " " }];
  });
  if (changes.length === 0) return setLines("task")({ state, dispatch });
  dispatch(state.update({ changes, userEvent: "input.format" }));
  return true;
};

/** Inserts a block at the cursor, with blank lines around it, and selects the part between `‹` and `›`. */
export function insertBlock(block: string): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    const line = state.doc.lineAt(state.selection.main.head);
    const isBlank = line.text.trim() === "";
    const before = line.number > 1 ? state.doc.line(line.number - 1).text.trim() : "";
    const after = line.number < state.doc.lines ? state.doc.line(line.number + 1).text.trim() : "";
    const lead = isBlank ? (before === "" ? "" : "\n") : "\n\n";
    const tail = after === "" ? "" : "\n";
    const [begin = "", chosen = "", end = ""] = block.split(/[‹›]/);
    const from = isBlank ? line.from : line.to;
    const anchor = from + lead.length + begin.length;
    dispatch(
      state.update({
        changes: { from, to: line.to, insert: lead + begin + chosen + end + tail },
        selection: EditorSelection.single(anchor, anchor + chosen.length),
        scrollIntoView: true,
        userEvent: "input.format",
      }),
    );
    return true;
  };
}

const footnote = /\[\^(\d{1,6})\]/g;

/** Inserts a footnote with the next number after the selection, and its definition at the end. */
export const insertFootnote: StateCommand = ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const { doc } = state;
  const numbers = Array.from(doc.toString().matchAll(footnote), ([, number]) => Number(number));
  const mark = `[^${numbers.reduce((most, number) => Math.max(most, number), 0) + 1}]`;
  const { to } = state.selection.main;
  let last = doc.line(doc.lines);
  while (last.text.trim() === "" && last.from > to) last = doc.line(last.number - 1);
  const lead = /^\[\^[^\]\s]+\]:/.test(last.text) ? "\n" : "\n\n";
  const definition = `${lead}${mark}: `;
  dispatch(
    state.update({
      changes: [
        { from: to, insert: mark },
        { from: last.to, insert: definition },
      ],
      selection: EditorSelection.cursor(last.to + mark.length + definition.length),
      scrollIntoView: true,
      userEvent: "input.format",
    }),
  );
  return true;
};

/** Replaces the selection with text. */
export function insertText(text: string): StateCommand {
  return ({ state, dispatch }) => {
    if (state.readOnly) return false;
    dispatch(state.update(state.replaceSelection(text), { scrollIntoView: true, userEvent: "input.format" }));
    return true;
  };
}
