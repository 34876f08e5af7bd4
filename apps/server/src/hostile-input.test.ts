import { afterAll, beforeAll, expect, test } from "vitest";

import { catchFailure, type Registered, register } from "../test/calls.ts";
import { serve, type Served } from "../test/serve.ts";

let served: Served;
let person: Registered;
let workspaceId: string;
let documentId: string;
beforeAll(async () => {
  served = await serve();
  person = await register(served);
  workspaceId = (await person.api.workspace.create.mutate({ name: "Team" })).id;
  const content = "![](a%00b.png) and [c](c%00d.md)\n";
  documentId = (await person.api.document.create.mutate({ workspaceId, title: "Links", content })).id;
});
afterAll(() => served[Symbol.asyncDispose]());

test("a link with an encoded NUL resolves to nothing, and other links still work", async () => {
  const { file, document } = person.api;
  const { items } = await file.resolve.query({ documentId, paths: ["a%00b.png", "%2500", ""] });
  expect(items.map((item) => item.file)).toEqual([null, null, null]);
  expect(await document.resolveLink.query({ documentId, path: "c%00d.md" })).toEqual({ document: null });
  const { token } = await document.share.create.mutate({ documentId });
  expect((await fetch(`${served.url}/s/${token}/a%2500b.png`)).status).toBe(404);
});

test("a NUL or a lone surrogate in a path or a key is rejected as bad input", async () => {
  for (const bad of ["12345678\0", "12345678\ud800"]) {
    const write = { id: documentId, baseVersion: 1, text: "new", idempotencyKey: bad };
    expect(await catchFailure(person.api.document.applyText.mutate(write))).toMatchObject({
      reason: "BAD_INPUT",
    });
    const paths = person.api.file.resolve.query({ documentId, paths: [bad] });
    expect(await catchFailure(paths)).toMatchObject({ reason: "BAD_INPUT" });
  }
});

test("a comment on a long quote that is not in the document is rejected immediately", async () => {
  const half = "a".repeat(9_000);
  const { id } = await person.api.document.create.mutate({
    workspaceId,
    title: "As",
    content: "a".repeat(1_500_000),
  });
  const quote = `${half}b${half}`;
  const comment = { documentId: id, body: "here", anchor: { quote } };
  expect(await catchFailure(person.api.document.comment.create.mutate(comment))).toMatchObject({
    reason: "ANCHOR_NOT_FOUND",
  });
});
