import type { EditorState, Line, StateCommand } from "@codemirror/state";
import type { KeyBinding } from "@codemirror/view";

/** Table editing: Tab moves between cells, Enter adds a row, and each move realigns the columns. */

interface Table {
  first: Line;
  last: Line;
  /** The text of each cell by row; the second row is the delimiter row. */
  rows: string[][];
  /** The cursor position. */
  row: number;
  column: number;
}

type Target = Parameters<StateCommand>[0];

const row = /^\s*\|.*\|\s*$/;
const dashes = /^:?-+:?$/;

/** Splits a row at unescaped pipes. */
const parseCells = (text: string) =>
  text
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

function findTable(state: EditorState): Table | null {
  const { head, empty } = state.selection.main;
  const line = state.doc.lineAt(head);
  if (!empty || !row.test(line.text)) return null;
  let [first, last] = [line, line];
  while (first.number > 1 && row.test(state.doc.line(first.number - 1).text))
    first = state.doc.line(first.number - 1);
  while (last.number < state.doc.lines && row.test(state.doc.line(last.number + 1).text))
    last = state.doc.line(last.number + 1);
  const rows = [];
  for (let { number } = first; number <= last.number; number += 1)
    rows.push(parseCells(state.doc.line(number).text));
  if (rows[1] === undefined || !rows[1].every((cell) => dashes.test(cell))) return null;
  const before = state.sliceDoc(line.from, head);
  const column = Math.max(0, before.split(/(?<!\\)\|/).length - 2);
  return { first, last, rows, row: line.number - first.number, column };
}

/** Writes a table with aligned columns and selects a cell. */
function write(
  { state, dispatch }: Target,
  { first, last, rows }: Table,
  to: { row: number; column: number },
): void {
  const columns = Math.max(...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(3, ...rows.map((cells, index) => (index === 1 ? 0 : measureColumns(cells[column] ?? "")))),
  );
  let text = "";
  let selection = { anchor: first.from, head: first.from };
  rows.forEach((cells, index) => {
    if (index > 0) text += "\n";
    widths.forEach((width, column) => {
      const cell = cells[column] ?? "";
      const start = first.from + text.length + 2;
      const padded = index === 1 ? formatTable(cell, width) : cell + " ".repeat(width - measureColumns(cell));
      if (index === to.row && column === to.column) selection = { anchor: start, head: start + cell.length };
      text += `| ${padded} `;
    });
    text += "|";
  });
  dispatch(
    state.update({
      changes: { from: first.from, to: last.to, insert: text },
      selection,
      scrollIntoView: true,
      userEvent: "input.table",
    }),
  );
}

const formatTable = (cell: string, width: number) =>
  `${cell.startsWith(":") ? ":" : "-"}${"-".repeat(width - 2)}${cell.endsWith(":") ? ":" : "-"}`;

/** Width of a text in monospace columns. East Asian wide characters take two. */
function measureColumns(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(
      character,
    )
      ? 2
      : 1;
  return width;
}

function moveToCell(view: Target, by: 1 | -1): boolean {
  const table = findEditableTable(view);
  if (table === null) return false;
  const columns = table.rows[0]?.length ?? 1;
  let [next, column] = [table.row, table.column + by];
  if (column >= columns) [next, column] = [next + 1, 0];
  if (column < 0) [next, column] = [next - 1, columns - 1];
  if (next === 1) next += by;
  if (next < 0) return true;
  if (next >= table.rows.length) table.rows.push(Array.from({ length: columns }, () => ""));
  write(view, table, { row: next, column });
  return true;
}

/** Moves to the row below, adding one if needed. On an empty last row, ends the table instead. */
function moveToNextRow(view: Target): boolean {
  const table = findEditableTable(view);
  if (table === null || table.row === 0) return false;
  const isLast = table.row === table.rows.length - 1;
  if (isLast && table.row > 1 && table.rows[table.row]?.every((cell) => cell === "")) {
    view.dispatch(
      view.state.update({
        changes: { from: table.last.from, to: table.last.to, insert: "\n" },
        selection: { anchor: table.last.from + 1 },
        userEvent: "input.table",
      }),
    );
    return true;
  }
  const columns = table.rows[0]?.length ?? 1;
  table.rows.splice(
    Math.max(2, table.row + 1),
    0,
    Array.from({ length: columns }, () => ""),
  );
  write(view, table, { row: Math.max(2, table.row + 1), column: 0 });
  return true;
}

/** Whether the cursor is in a table. */
export const isInTable = (state: EditorState): boolean => findTable(state) !== null;

const findEditableTable = ({ state }: Target) => (state.readOnly ? null : findTable(state));

/** Adds the missing cells, so that each row has all columns. Returns their number. */
function completeRows({ rows }: Table): number {
  const columns = Math.max(...rows.map(({ length }) => length));
  for (const [index, cells] of rows.entries())
    while (cells.length < columns) cells.push(index === 1 ? "---" : "");
  return columns;
}

/** Inserts an empty column to the right of the cursor. */
export const insertColumn: StateCommand = (target) => {
  const table = findEditableTable(target);
  if (table === null) return false;
  const column = Math.min(table.column + 1, completeRows(table));
  for (const [index, cells] of table.rows.entries()) cells.splice(column, 0, index === 1 ? "---" : "");
  write(target, table, { row: table.row === 1 ? 0 : table.row, column });
  return true;
};

/** Deletes the column of the cursor, unless it is the only one. */
export const deleteColumn: StateCommand = (target) => {
  const table = findEditableTable(target);
  if (table === null) return false;
  const columns = completeRows(table);
  if (columns < 2) return false;
  const column = Math.min(table.column, columns - 1);
  for (const cells of table.rows) cells.splice(column, 1);
  write(target, table, { row: table.row === 1 ? 0 : table.row, column: Math.min(column, columns - 2) });
  return true;
};

const delimiters = { left: "---", center: ":-:", right: "--:" };

/** Aligns the column of the cursor. */
export function alignColumn(side: keyof typeof delimiters): StateCommand {
  return (target) => {
    const table = findEditableTable(target);
    if (table === null) return false;
    const column = Math.min(table.column, completeRows(table) - 1);
    table.rows[1]?.splice(column, 1, delimiters[side]);
    write(target, table, { row: table.row === 1 ? 0 : table.row, column });
    return true;
  };
}

export const tableKeys: readonly KeyBinding[] = [
  { key: "Tab", run: (view) => moveToCell(view, 1), shift: (view) => moveToCell(view, -1) },
  { key: "Enter", run: moveToNextRow },
];

/** Converts cells of a spreadsheet, copied as text, to a table whose header is the first row. Null for other text. */
export function toTable(text: string): string | null {
  const lines = text.replace(/(?:\r\n?|\n)$/, "").split(/\r\n?|\n/);
  if (lines.length < 2 || !text.includes("\t")) return null;
  const cells = lines.map((line) => line.split("\t").map((cell) => cell.trim()));
  const width = cells[0]?.length ?? 0;
  const isIndented = cells.every(([first]) => first === "");
  if (width < 2 || isIndented || cells.some(({ length }) => length !== width)) return null;
  const [header, ...body] = cells.map(
    (values) => `| ${values.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`,
  );
  return [header, `|${" --- |".repeat(width)}`, ...body].join("\n");
}
