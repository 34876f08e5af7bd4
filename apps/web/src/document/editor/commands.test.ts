import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState, type StateCommand } from "@codemirror/state";
import { describe, expect, it } from "vitest";

import { insertFootnote } from "./format.ts";
import { continueMarkup } from "./lists.ts";
import { alignColumn, deleteColumn, insertColumn, isInTable, toTable } from "./tables.ts";

/** Creates a state from a text with the cursor at `‸`. */
function createState(text: string): EditorState {
  const doc = text.replace("‸", "");
  const created = EditorState.create({
    doc,
    selection: { anchor: text.indexOf("‸") },
    extensions: [markdown({ base: markdownLanguage })],
  });
  ensureSyntaxTree(created, doc.length, 10_000);
  return created.update({}).state;
}

/** The text after a command, with the cursor at `‸`. */
function run(command: StateCommand, text: string): string {
  let state = createState(text);
  command({
    state,
    dispatch: (transaction) => {
      ({ state } = transaction);
    },
  });
  const { head } = state.selection.main;
  return `${state.sliceDoc(0, head)}‸${state.sliceDoc(head)}`;
}

describe("Enter", () => {
  it("ends a list on an empty item, also on the second one", () => {
    expect(run(continueMarkup, "- a\n- ‸")).toBe("- a\n‸");
    expect(run(continueMarkup, "1. a\n2. ‸")).toBe("1. a\n‸");
    expect(run(continueMarkup, "- [ ] a\n- [ ] ‸")).toBe("- [ ] a\n‸");
    expect(run(continueMarkup, "> - a\n> - ‸")).toBe("> - a\n> ‸");
    expect(run(continueMarkup, "- a\n  - b\n  - ‸")).toBe("- a\n  - b\n- ‸");
  });

  it("continues a list and a quote", () => {
    expect(run(continueMarkup, "- a\n- b‸c")).toBe("- a\n- b\n- ‸c");
    expect(run(continueMarkup, "> a‸")).toBe("> a\n> ‸");
  });
});

describe("the footnote command", () => {
  it("inserts the next number and its definition at the end", () => {
    expect(run(insertFootnote, "One‸ two")).toBe("One[^1] two\n\n[^1]: ‸");
    expect(run(insertFootnote, "One[^1] two‸ end\n\n[^1]: first\n")).toBe(
      "One[^1] two[^2] end\n\n[^1]: first\n[^2]: ‸\n",
    );
    expect(run(insertFootnote, "[^7] a‸\n\n\n")).toBe("[^7] a[^8]\n\n[^8]: ‸\n\n\n");
    expect(run(insertFootnote, "‸")).toBe("[^1]\n\n[^1]: ‸");
  });
});

describe("table columns", () => {
  const table = "| a | b |\n|---|---|\n| 1‸ | 2 |\n";

  it("can be inserted, deleted and aligned", () => {
    expect(run(insertColumn, table)).toBe("| a   |     | b   |\n| --- | --- | --- |\n| 1   | ‸    | 2   |\n");
    expect(run(deleteColumn, table)).toBe("| b   |\n| --- |\n| 2‸   |\n");
    expect(run(deleteColumn, "| a |\n|---|\n| 1‸ |\n")).toBe("| a |\n|---|\n| 1‸ |\n");
    expect(run(alignColumn("right"), table)).toBe("| a   | b   |\n| --: | --- |\n| 1‸   | 2   |\n");
  });

  it("are offered only in a table", () => {
    expect(isInTable(createState(table))).toBe(true);
    expect(isInTable(createState("a | b‸"))).toBe(false);
  });
});

describe("cells of a spreadsheet", () => {
  it("become a table whose header is the first row", () => {
    expect(toTable("Name\tPrice\r\nA|B\t1\r\n\t2\r\n")).toBe(
      "| Name | Price |\n| --- | --- |\n| A\\|B | 1 |\n|  | 2 |",
    );
  });

  it("are not what other text with tabs is", () => {
    for (const text of ["a\tb", "a\tb\nc", "\tif x\n\t\ty", "\tx\n\ty", "a\nb", ""])
      expect([text, toTable(text)]).toEqual([text, null]);
  });
});
