import { files, folders, newId } from "@mdreader/db";
import { afterAll, beforeAll, expect, it } from "vitest";

import { type Actor, aUser, aWorkspace, createTestApp, type TestApp } from "../testing/index.ts";
import { resolveFiles } from "./resolve.ts";

let app: TestApp;
let ada: Actor;
let workspaceId: string;

beforeAll(async () => {
  app = await createTestApp();
  ada = await aUser(app);
  workspaceId = (await aWorkspace(app, { owner: ada })).id;
});
afterAll(() => app[Symbol.asyncDispose]());

it("finds the files of thousands of links, some hundreds at a time", async () => {
  const { db } = app.services.database;
  const folderId = newId();
  await db.insert(folders).values({ id: folderId, workspaceId, name: "pictures" });
  const bytes = { mediaType: "image/png", size: 1, hash: new Uint8Array(32) };
  const rows = [0, 499, 500, 2999].map((n) => ({
    id: newId(),
    workspaceId,
    folderId,
    path: `${n}.png`,
    ...bytes,
  }));
  await db.insert(files).values(rows);
  const links = Array.from({ length: 3000 }, (_, n) => `pictures/${n}.png`);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  const found = await resolveFiles(db, { id: newId(), workspaceId, folderId: null }, links);
  clearInterval(timer);
  expect([...found].map(([path, { id }]) => [path, id])).toEqual(
    rows.map(({ path, id }) => [`pictures/${path}`, id]),
  );
  // Others had their turns in between.
  expect(turns).toBeGreaterThanOrEqual(6);
});
