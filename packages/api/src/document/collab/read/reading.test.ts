import { createId } from "@mdreader/db";
import { expect } from "vitest";
import * as Y from "yjs";

import { catchReason } from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";

const test = base
  /** Creates a document with a recent live edit through one process. */
  .extend("createEdited", ({ owner, workspaceId }) => async (text: string): Promise<string> => {
    const { id } = await owner.client.document.create({ workspaceId, title: "Notes" });
    const doc = new Y.Doc();
    doc.getText("content").insert(0, text);
    const update = Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
    await owner.client.document.push({ id, update });
    return id;
  });

test("reads, lists and finds a long saved text immediately, on every process", async ({
  owner,
  workspaceId,
  otherProcess,
}) => {
  const text = `${"Lorem ipsum dolor sit amet. ".repeat(2000)} a bilby\n`;
  const { id } = await owner.client.document.create({ workspaceId, title: "Long" });
  await owner.client.document.applyText({ id, baseVersion: 1, text });
  const size = text.length;
  for (const client of [otherProcess.as(owner.credential), owner.client]) {
    expect(await client.document.get({ id })).toMatchObject({ content: text, size, version: 2 });
    const { items } = await client.document.list({ workspaceId });
    expect(items.find((item) => item.id === id)).toMatchObject({ size, version: 2 });
  }
  expect(
    (await otherProcess.as(owner.credential).document.search({ workspaceId, query: "bilby" })).items,
  ).toMatchObject([{ id }]);
  expect(await owner.client.document.update({ id, title: "Longer" })).toMatchObject({ size, version: 3 });
});

test("reads, lists, finds and copies live edits immediately, on every process", async ({
  createEdited,
  otherProcess,
  owner,
  workspaceId,
}) => {
  const id = await createEdited("a quokka, été\n");
  for (const client of [otherProcess.as(owner.credential), owner.client]) {
    expect(await client.document.get({ id })).toMatchObject({
      content: "a quokka, été\n",
      size: 16,
      version: 2,
    });
    const { items } = await client.document.list({ workspaceId });
    expect(items.find((item) => item.id === id)).toMatchObject({ size: 16, version: 2 });
  }
  expect(
    (await otherProcess.as(owner.credential).document.search({ workspaceId, query: "quokka" })).items,
  ).toMatchObject([{ id }]);
  expect(await otherProcess.as(owner.credential).document.duplicate({ id })).toMatchObject({
    content: "a quokka, été\n",
  });
});

test("does not write texts for a search without access", async ({
  createEdited,
  outsider,
  workspaceId,
  app,
}) => {
  const id = await createEdited("a secret\n");
  expect(await catchReason(outsider.client.document.search({ workspaceId, query: "secret" }))).toBe(
    "NOT_FOUND",
  );
  expect(
    await catchReason(outsider.client.document.search({ workspaceId: createId(), query: "secret" })),
  ).toBe("NOT_FOUND");
  const [row] = await app.services.database.sql`select content from documents where id = ${id}`;
  expect(row).toEqual({ content: "" });
});

test("finds live edits in many concurrent searches", async ({
  createEdited,
  otherProcess,
  owner,
  workspaceId,
}) => {
  await createEdited("a numbat\n");
  const found = await Promise.all(
    Array.from({ length: 20 }, () =>
      otherProcess.as(owner.credential).document.search({ workspaceId, query: "numbat" }),
    ),
  );
  expect(found.map(({ items }) => items.length)).toEqual(found.map(() => 1));
});
