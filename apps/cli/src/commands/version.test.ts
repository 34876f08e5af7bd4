import { openDocument } from "@mdreader/client/live";
import { expect } from "vitest";

import { test } from "../../test/test.ts";

test("versions are listed, compared, named and restored byte for byte", async ({
  createDocument,
  client,
  machine,
  user,
}) => {
  const first = "\uFEFF# Plan\r\nThe quick fox\n漢字 👩‍🚀";
  const { id } = await createDocument("Notes", first);
  // The edit session lasts while the document is open here, so it does not become a version before it is named.
  await using open = await openDocument(client, id);
  await open.synced();
  await machine.json(["edit", id, "--append", "more"]);
  await machine.json(["name", id, "As sent"]);
  expect(await machine.text(["diff", id, "1"])).toBe(
    [
      "--- Notes (version 1)",
      "+++ Notes (now)",
      "@@ -1,3 +1,4 @@",
      " \uFEFF# Plan",
      " The quick fox",
      "-漢字 👩‍🚀",
      "\\ No newline at end of file",
      "+漢字 👩‍🚀",
      "+more",
      "",
    ].join("\n"),
  );
  await machine.json(["restore", id, "1"]);
  const versions = await machine.json<{ number: number; reason: string; label: string | null }[]>([
    "history",
    id,
  ]);
  expect(versions.map(({ number, reason, label }) => [number, reason, label])).toEqual([
    [3, "restored", null],
    [2, "named", "As sent"],
    [1, "created", null],
  ]);
  expect((await machine.run(["document", "get", id])).stdout).toEqual(Buffer.from(first));
  expect((await machine.run(["show", id, "1"])).stdout).toEqual(Buffer.from(first));
  expect(await machine.text(["history", id, "--limit", "1"])).toMatch(
    new RegExp(`VERSION .*\\n3 +just now +${user.username} +restored 1 `),
  );
  expect(await machine.text(["diff", id])).toBe("");
});

test("blame prefixes each line with its author and date", async ({ createDocument, machine, user }) => {
  const { id } = await createDocument("Notes", "one\ntwo\n");
  const lines = (await machine.text(["blame", id])).trimEnd().split("\n");
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`^${user.username}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  1  one$`)),
    expect.stringMatching(/ {2}2 {2}two$/),
  ]);
});

test("missing versions and invalid numbers are reported", async ({ createDocument, machine }) => {
  const { id } = await createDocument("Notes", "one\n");
  const missing = await machine.run(["restore", id, "7", "--json"]);
  expect([missing.code, missing.error().reason]).toEqual([1, "NOT_FOUND"]);
  expect(missing.error().message).toMatch(/^“.+” has no version \d+\.$/);
  const wrong = await machine.run(["diff", id, "first", "--json"]);
  expect([wrong.code, wrong.error().reason]).toEqual([2, "USAGE"]);
});
