import { describe, expect, it } from "vitest";
import * as Y from "yjs";

import { toggleTaskAt } from "./tasks.ts";

const toggle = async (text: string, line: number, done: boolean) => {
  const ytext = new Y.Doc().getText("content");
  ytext.insert(0, text);
  await toggleTaskAt(ytext, line, done);
  return ytext.toJSON();
};

describe("toggleTaskAt", () => {
  it("changes only the task's checkbox, with any nesting and line ending", async () => {
    const text = "---\na: b\n---\n- [ ] one\n> 1. [X] two\n\n-\n  [ ] three\n";
    for (const ending of ["\n", "\r\n", "\r"]) {
      const written = text.replaceAll("\n", ending);
      expect(await toggle(written, 3, true)).toBe(written.replace("[ ] one", "[x] one"));
      expect(await toggle(written, 4, false)).toBe(written.replace("[X]", "[ ]"));
      expect(await toggle(written, 7, true)).toBe(written.replace("[ ] three", "[x] three"));
    }
  });

  it("changes nothing on lines without a checkbox", async () => {
    const text = "```\n- [ ] code\n```\n\n- [ ]no space\n\n[ ] no list\n";
    for (const line of [1, 4, 6, 99]) expect(await toggle(text, line, true)).toBe(text);
  });
});
