import { files, folders, createId } from "@mdreader/db";
import { expect } from "vitest";

import { test as it } from "../testing/test.ts";
import { resolveFiles } from "./resolve.ts";

it("finds the files of thousands of links in batches", async ({ app, workspaceId }) => {
  const { db } = app.services.database;
  const folderId = createId();
  await db.insert(folders).values({ id: folderId, workspaceId, name: "pictures" });
  const bytes = { mediaType: "image/png", size: 1, hash: new Uint8Array(32) };
  const rows = [0, 499, 500, 2999].map((n) => ({
    id: createId(),
    workspaceId,
    folderId,
    path: `${n}.png`,
    ...bytes,
  }));
  await db.insert(files).values(rows);
  const links = Array.from({ length: 3000 }, (_, n) => `pictures/${n}.png`);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 0);
  const found = await resolveFiles(db, { id: createId(), workspaceId, folderId: null }, links);
  clearInterval(timer);
  expect([...found].map(([path, { id }]) => [path, id])).toEqual(
    rows.map(({ path, id }) => [`pictures/${path}`, id]),
  );
  // Other callers run in between.
  expect(turns).toBeGreaterThanOrEqual(6);
});
