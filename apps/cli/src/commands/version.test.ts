import { createClient } from "@mdreader/client";
import { openDocument } from "@mdreader/client/live";
import { afterAll, beforeAll, expect, test } from "vitest";

import { serve, type Served } from "../../../server/test/serve.ts";
import { createMachine, type Machine, password, register } from "../../test/command-line.ts";

let served: Served;
let machine: Machine;
let email: string;
let username: string;
let workspaceId: string;
beforeAll(async () => {
  served = await serve();
  machine = await createMachine(served.url, { separate: false });
  ({ email, username } = await register(machine));
  ({ id: workspaceId } = await machine.json<{ id: string }>(["workspace", "create", "Handbook"]));
});
afterAll(async () => {
  await machine[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

async function createDocument(content: string): Promise<string> {
  const args = ["document", "create", "--workspace", workspaceId, "--title", "Notes"];
  return (await machine.json<{ id: string }>(args, { stdin: content })).id;
}

const readOutput = async (args: string[]) => {
  const { code, stdout, stderr } = await machine.run(args);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout.toString();
};

test("versions are listed, compared, named and restored byte for byte", async () => {
  const first = "\uFEFF# Plan\r\nThe quick fox\n漢字 👩‍🚀";
  const id = await createDocument(first);
  await using client = createClient({ url: served.url });
  await client.auth.login.mutate({ email, password });
  // The edit session lasts while the document is open here, so it does not become a version before it is named.
  await using open = await openDocument(client, id);
  await open.synced();
  await machine.json(["edit", id, "--append", "more"]);
  await machine.json(["name", id, "As sent"]);
  expect(await readOutput(["diff", id, "1"])).toBe(
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
  expect(await readOutput(["history", id, "--limit", "1"])).toMatch(
    new RegExp(`VERSION .*\\n3 +just now +${username} +restored 1 `),
  );
  expect(await readOutput(["diff", id])).toBe("");
});

test("blame prefixes each line with its author and date", async () => {
  const id = await createDocument("one\ntwo\n");
  const lines = (await readOutput(["blame", id])).trimEnd().split("\n");
  expect(lines).toEqual([
    expect.stringMatching(new RegExp(`^${username}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  1  one$`)),
    expect.stringMatching(/ {2}2 {2}two$/),
  ]);
});

test("missing versions and invalid numbers are reported", async () => {
  const id = await createDocument("one\n");
  const missing = await machine.run(["restore", id, "7", "--json"]);
  expect([missing.code, missing.error().reason]).toEqual([1, "NOT_FOUND"]);
  const wrong = await machine.run(["diff", id, "first", "--json"]);
  expect([wrong.code, wrong.error().reason]).toEqual([2, "USAGE"]);
});
