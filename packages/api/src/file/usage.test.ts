import { createId, files } from "@mdreader/db";
import { expect } from "vitest";

import { test as it } from "../testing/test.ts";

it("counts equal bytes once, also those of files in the trash", async ({ app, viewer, workspaceId }) => {
  const { db } = app.services.database;
  const insertFile = (path: string, size: number, deletedAt: string | null = null) => {
    const id = createId();
    const hash = new Uint8Array(32).fill(size);
    const deletion = deletedAt === null ? {} : { deletedAt, deletedWith: id };
    return db
      .insert(files)
      .values({ id, workspaceId, path, size, hash, mediaType: "image/png", ...deletion });
  };
  await insertFile("a.png", 5);
  await insertFile("copy of a.png", 5);
  await insertFile("b.png", 7, new Date().toISOString());
  expect(await viewer.client.file.usage({ workspaceId })).toEqual({
    usedBytes: 12,
    quotaBytes: 2 * 1024 * 1024,
  });
});
