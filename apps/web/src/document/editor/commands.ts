import type { EditorState, StateCommand } from "@codemirror/state";

import {
  insertBlock,
  insertFootnote,
  insertLink,
  insertText,
  type LineKind,
  setLines,
  toggleMark,
  toggleTask,
} from "./format.ts";
import { alignColumn, deleteColumn, insertColumn, isInTable } from "./tables.ts";

/** A command of the toolbar, the slash menu or a shortcut. */
export interface EditorCommand {
  id: string;
  label: string;
  /** Additional search terms. */
  words?: string;
  /** The key in CodeMirror's notation. */
  key?: string;
  /** Whether the slash menu offers the command. Without it, always. */
  isOffered?: (state: EditorState) => boolean;
  run: StateCommand;
}

const createLineCommand = (kind: LineKind, label: string, words: string, key?: string): EditorCommand => ({
  id: kind,
  label,
  words,
  ...(key !== undefined && { key }),
  run: setLines(kind),
});

const formatToday: StateCommand = (target) => insertText(new Date().toLocaleDateString("sv-SE"))(target);

export const bold: EditorCommand = { id: "bold", label: "Bold", key: "Mod-b", run: toggleMark("**") };
export const italic: EditorCommand = { id: "italic", label: "Italic", key: "Mod-i", run: toggleMark("*") };
export const strike: EditorCommand = {
  id: "strike",
  label: "Strikethrough",
  key: "Mod-Shift-x",
  run: toggleMark("~~"),
};
export const code: EditorCommand = { id: "code", label: "Code", key: "Mod-e", run: toggleMark("`") };
export const link: EditorCommand = {
  id: "link",
  label: "Link",
  words: "url address",
  key: "Mod-Shift-k",
  run: insertLink,
};

export const heading1 = createLineCommand("heading1", "Heading 1", "title h1 #", "Mod-Alt-1");
export const heading2 = createLineCommand("heading2", "Heading 2", "section h2 ##", "Mod-Alt-2");
export const heading3 = createLineCommand("heading3", "Heading 3", "h3 ###", "Mod-Alt-3");
const text = createLineCommand("text", "Text", "paragraph plain", "Mod-Alt-0");
export const bullets = createLineCommand("bullet", "Bulleted list", "bullets unordered ul -", "Mod-Shift-8");
export const numbers = createLineCommand("number", "Numbered list", "ordered ol 1.", "Mod-Shift-7");
export const task: EditorCommand = {
  id: "task",
  label: "Task list",
  words: "todo checkbox done",
  key: "Mod-Shift-9",
  run: toggleTask,
};
export const quote = createLineCommand("quote", "Quote", "blockquote quotation >", "Mod-Shift-.");

export const table: EditorCommand = {
  id: "table",
  label: "Table",
  words: "grid columns rows",
  run: insertBlock("| ‹Column› | Column |\n| --- | --- |\n|  |  |\n"),
};
export const codeBlock: EditorCommand = {
  id: "codeBlock",
  label: "Code block",
  words: "fence snippet program",
  run: insertBlock("```‹language›\n\n```\n"),
};
export const math: EditorCommand = {
  id: "math",
  label: "Formula",
  words: "math latex tex equation katex",
  run: insertBlock("$$\n‹e = mc^2›\n$$\n"),
};
export const mermaid: EditorCommand = {
  id: "diagram",
  label: "Diagram",
  words: "mermaid flowchart graph sequence",
  run: insertBlock("```mermaid\ngraph LR\n  ‹A --> B›\n```\n"),
};
export const note: EditorCommand = {
  id: "note",
  label: "Note",
  words: "callout alert tip warning admonition",
  run: insertBlock("> [!NOTE]\n> ‹Text›\n"),
};
const folded: EditorCommand = {
  id: "folded",
  label: "Collapsed section",
  words: "details spoiler toggle fold callout",
  run: insertBlock("> [!NOTE]- ‹Title›\n> Text\n"),
};
const contents: EditorCommand = {
  id: "contents",
  label: "Table of contents",
  words: "toc outline headings",
  run: insertBlock("[TOC]\n"),
};
const footnote: EditorCommand = {
  id: "footnote",
  label: "Footnote",
  words: "reference",
  run: insertFootnote,
};
const rule: EditorCommand = {
  id: "rule",
  label: "Divider",
  words: "horizontal rule line separator hr ---",
  run: insertBlock("---\n"),
};
const date: EditorCommand = { id: "date", label: "Today's date", words: "now day", run: formatToday };

const columnCommands: readonly EditorCommand[] = [
  { id: "columnInsert", label: "Insert column", words: "table add right", run: insertColumn },
  { id: "columnDelete", label: "Delete column", words: "table remove", run: deleteColumn },
  { id: "columnLeft", label: "Align column left", words: "table column left", run: alignColumn("left") },
  {
    id: "columnCenter",
    label: "Center column",
    words: "table column center align",
    run: alignColumn("center"),
  },
  { id: "columnRight", label: "Align column right", words: "table column right", run: alignColumn("right") },
].map((command) => ({ ...command, isOffered: isInTable }));

/** Slash menu commands, in display order. */
export const commandGroups: readonly { name: string; commands: readonly EditorCommand[] }[] = [
  { name: "Table", commands: columnCommands },
  { name: "Text", commands: [heading1, heading2, heading3, text, quote] },
  { name: "Lists", commands: [bullets, numbers, task] },
  { name: "Blocks", commands: [table, codeBlock, math, mermaid, note, folded, rule] },
  { name: "Insert", commands: [link, footnote, contents, date] },
];

const blockCommands = commandGroups.flatMap(({ commands }) => commands);

/** Converts a CodeMirror key name to the notation of `Shortcut`. */
export const formatShortcut = (key: string): string =>
  key
    .split("-")
    .map((part) => (part.length === 1 ? part.toUpperCase() : part))
    .join("+");

/** Commands with shortcuts. */
export const keyedCommands: readonly EditorCommand[] = [bold, italic, strike, code, ...blockCommands].filter(
  ({ key }) => key !== undefined,
);
