import { encodeContested, encodeUpdate } from "@mdreader/collab/testing";
import { describe, expect } from "vitest";

import { catchFailure, register } from "../test/calls.ts";
import { test as base } from "../test/test.ts";

const letter = (client: number) => ({
  kind: "text" as const,
  text: "a",
  origin: { client, clock: 0 },
  rightOrigin: null,
});

const test = base
  .extend("person", { scope: "file" }, async ({ served }) => register(served))
  .extend(
    "workspaceId",
    { scope: "file" },
    async ({ person }) => (await person.api.workspace.create.mutate({ name: "Team" })).id,
  );

describe.each<[string, Uint8Array]>([
  ["of ten bytes whose origin is itself", Uint8Array.from([1, 1, 5, 0, 132, 5, 0, 1, 97, 0])],
  ["whose structs are costly to place", encodeContested(6000)],
  [
    "of two letters whose origins are each other",
    encodeUpdate([
      { client: 6, clock: 0, structs: [letter(5)] },
      { client: 5, clock: 0, structs: [letter(6)] },
    ]),
  ],
  [
    "with a collected struct of 2^31",
    encodeUpdate([{ client: 5, clock: 0, structs: [{ kind: "collected", length: 2 ** 31 }] }]),
  ],
])("an update %s", (_name, update) => {
  test("is rejected with a reason and has no effect", async ({ person, workspaceId }) => {
    const { document } = person.api;
    const content = "needle in it\n";
    const { id } = await document.create.mutate({ workspaceId, title: "Plan", content });
    const sent = document.push.mutate({ id, update: Buffer.from(update).toString("base64") });
    expect((await catchFailure(sent))?.reason).toMatch(/^(BAD_UPDATE|UPDATE_GAP)$/);
    expect(await document.get.query({ id })).toMatchObject({ content, version: 1 });
    await document.applyText.mutate({ id, baseVersion: 1, text: `${content}more\n` });
    expect((await document.list.query({ workspaceId })).items.map((item) => item.id)).toContain(id);
    const found = await document.search.query({ workspaceId, query: "needle" });
    expect(found.items.map((item) => item.id)).toContain(id);
  });
});
