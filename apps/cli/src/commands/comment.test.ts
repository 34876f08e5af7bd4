import { expect } from "vitest";

import { test as base } from "../../test/test.ts";

const test = base.extend(
  "documentId",
  { scope: "file" },
  async ({ createDocument }) => (await createDocument("Plan", "# Plan\n\nThe quick brown fox.\n")).id,
);

test("a comment is added to a passage, replied to and resolved", async ({ documentId, machine }) => {
  const add = ["comment", "add", documentId];
  const made = await machine.json<{ threadId: string }>([...add, "Really?", "--quote", "quick brown"]);
  await machine.json([...add, "--thread", made.threadId], { stdin: "Yes,\nreally.\n" });
  const listed = await machine.text(["comment", "list", documentId]);
  expect(listed).toContain("line 3: “quick brown”");
  expect(listed).toMatch(/: Really\?\n.*: Yes,\n {4}really\.\n$/);
  await machine.json(["comment", "resolve", documentId, made.threadId]);
  expect(await machine.json(["comment", "list", documentId])).toEqual([]);
  expect(await machine.json(["comment", "list", documentId, "--all"])).toHaveLength(1);
});

test("a quote that is not in the document, and an invalid line, are refused", async ({
  machine,
  documentId,
}) => {
  const refused = await machine.run(["comment", "add", documentId, "?", "--quote", "nowhere", "--json"]);
  expect([refused.code, refused.error().reason]).toEqual([1, "ANCHOR_NOT_FOUND"]);
  const wrong = await machine.run(["comment", "add", documentId, "?", "--line", "zero", "--json"]);
  expect([wrong.code, wrong.error().reason]).toEqual([2, "USAGE"]);
});
