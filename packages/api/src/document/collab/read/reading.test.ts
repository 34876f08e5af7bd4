import { createId } from "@mdreader/db";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as Y from "yjs";

import { appRouter } from "../../../root.ts";
import { closeServices } from "../../../services.ts";
import {
  type TestActor,
  insertUser,
  insertWorkspace,
  type Client,
  createTestApp,
  createTestServices,
  catchReason,
  type TestApp,
  type TestServices,
} from "../../../testing/index.ts";
import { createCallerFactory } from "../../../trpc/init.ts";

let app: TestApp;
/** A second process on the same database, isolated from the first one's messages. */
let otherProcess: TestServices;
let ada: TestActor;
let there: Client;
let workspaceId: string;

beforeAll(async () => {
  app = await createTestApp();
  otherProcess = createTestServices(app.services.database);
  ada = await insertUser(app);
  workspaceId = (await insertWorkspace(app, { owner: ada })).id;
  there = createCallerFactory(appRouter)(() => ({ ...app.context(ada.credential), ...otherProcess }));
});
afterAll(async () => {
  await closeServices(otherProcess);
  await app[Symbol.asyncDispose]();
});

/** Creates a document with a recent live edit through one process. */
async function createEdited(text: string): Promise<string> {
  const { id } = await ada.client.document.create({ workspaceId, title: "Notes" });
  const doc = new Y.Doc();
  doc.getText("content").insert(0, text);
  const update = Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
  await ada.client.document.push({ id, update });
  return id;
}

it("reads, lists and finds a long saved text immediately, on every process", async () => {
  const text = `${"Lorem ipsum dolor sit amet. ".repeat(2000)} a bilby\n`;
  const { id } = await ada.client.document.create({ workspaceId, title: "Long" });
  await ada.client.document.applyText({ id, baseVersion: 1, text });
  const size = text.length;
  for (const client of [there, ada.client]) {
    expect(await client.document.get({ id })).toMatchObject({ content: text, size, version: 2 });
    const { items } = await client.document.list({ workspaceId });
    expect(items.find((item) => item.id === id)).toMatchObject({ size, version: 2 });
  }
  expect((await there.document.search({ workspaceId, query: "bilby" })).items).toMatchObject([{ id }]);
  expect(await ada.client.document.update({ id, title: "Longer" })).toMatchObject({ size, version: 3 });
});

it("reads, lists, finds and copies live edits immediately, on every process", async () => {
  const id = await createEdited("a quokka, été\n");
  for (const client of [there, ada.client]) {
    expect(await client.document.get({ id })).toMatchObject({
      content: "a quokka, été\n",
      size: 16,
      version: 2,
    });
    const { items } = await client.document.list({ workspaceId });
    expect(items.find((item) => item.id === id)).toMatchObject({ size: 16, version: 2 });
  }
  expect((await there.document.search({ workspaceId, query: "quokka" })).items).toMatchObject([{ id }]);
  expect(await there.document.duplicate({ id })).toMatchObject({ content: "a quokka, été\n" });
});

it("does not write texts for a search without access", async () => {
  const id = await createEdited("a secret\n");
  const stranger = await insertUser(app);
  expect(await catchReason(stranger.client.document.search({ workspaceId, query: "secret" }))).toBe(
    "NOT_FOUND",
  );
  expect(
    await catchReason(stranger.client.document.search({ workspaceId: createId(), query: "secret" })),
  ).toBe("NOT_FOUND");
  const [row] = await app.services.database.sql`select content from documents where id = ${id}`;
  expect(row).toEqual({ content: "" });
});

it("finds live edits in many concurrent searches", async () => {
  await createEdited("a numbat\n");
  const found = await Promise.all(
    Array.from({ length: 20 }, () => there.document.search({ workspaceId, query: "numbat" })),
  );
  expect(found.map(({ items }) => items.length)).toEqual(found.map(() => 1));
});
