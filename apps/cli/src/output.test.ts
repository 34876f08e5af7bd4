import { createClient } from "@mdreader/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { serve, type Served } from "../../server/test/serve.ts";
import { createMachine, type Machine, register } from "../test/command-line.ts";

let served: Served;
let machine: Machine;
let documentId: string;
beforeAll(async () => {
  served = await serve();
  machine = await createMachine(served.url, { separate: false });
  await register(machine);
  const workspace = await machine.json<{ id: string }>(["workspace", "create", "Notes"]);
  const create = ["document", "create", "--workspace", workspace.id, "--title", "Plan"];
  ({ id: documentId } = await machine.json<{ id: string }>(create, {
    stdin: "# Plan\n\nThe quick brown fox.\n",
  }));
});
afterAll(async () => {
  await machine[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

describe("comment", () => {
  test("comments on a passage, replies and resolves", async () => {
    const add = ["comment", "add", documentId];
    const made = await machine.json<{ threadId: string }>([...add, "Really?", "--quote", "quick brown"]);
    await machine.json([...add, "--thread", made.threadId], { stdin: "Yes,\nreally.\n" });
    const listed = (await machine.run(["comment", "list", documentId])).stdout.toString();
    expect(listed).toContain("line 3: “quick brown”");
    expect(listed).toMatch(/: Really\?\n.*: Yes,\n {4}really\.\n$/);
    await machine.json(["comment", "resolve", documentId, made.threadId]);
    expect(await machine.json(["comment", "list", documentId])).toEqual([]);
    expect(await machine.json(["comment", "list", documentId, "--all"])).toHaveLength(1);
  });

  test("reports a quote that is not in the document", async () => {
    const refused = await machine.run(["comment", "add", documentId, "?", "--quote", "nowhere", "--json"]);
    expect([refused.code, refused.error().reason]).toEqual([1, "ANCHOR_NOT_FOUND"]);
    const wrong = await machine.run(["comment", "add", documentId, "?", "--line", "zero", "--json"]);
    expect([wrong.code, wrong.error().reason]).toEqual([2, "USAGE"]);
  });
});

describe("share", () => {
  test("creates a link that works until it is revoked", async () => {
    const made = await machine.run(["share", "create", documentId, "--expires", "14", "--password-stdin"], {
      stdin: "correct horse\n",
    });
    const url = made.stdout.toString().trim();
    const token = /\/s\/([\w-]{43})$/.exec(url)?.[1] ?? "";
    const stranger = createClient({ url: served.url });
    const read = () => stranger.document.share.read.mutate({ token, password: "correct horse" });
    expect(await read()).toMatchObject({ title: "Plan" });
    const [share] = await machine.json<{ id: string; hint: string }[]>(["share", "list", documentId]);
    expect(share).toMatchObject({ hint: token.slice(-4), hasPassword: true });
    await machine.json(["share", "revoke", documentId, share?.id ?? ""]);
    await expect(read()).rejects.toThrow("Not found.");
  });
});
