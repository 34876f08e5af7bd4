import type { FileRow } from "@mdreader/db";
import { expect, it } from "vitest";

import { AppError } from "../errors.ts";
import { catchReason, createMemoryStorage } from "../testing/index.ts";
import { toStorageKey } from "./file.ts";
import { readThumbnail } from "./thumbnail.ts";

const insertFile = (): Pick<FileRow, "workspaceId" | "hash" | "mediaType" | "size"> => ({
  workspaceId: crypto.randomUUID(),
  hash: crypto.getRandomValues(new Uint8Array(32)),
  mediaType: "image/png",
  size: 3,
});

async function countAttempts(create: () => Promise<Uint8Array | null>) {
  const storage = createMemoryStorage();
  const file = insertFile();
  await storage.put(toStorageKey(file.workspaceId, file.hash), Buffer.from("png"));
  let attempts = 0;
  const thumbnails = {
    create: async () => {
      attempts += 1;
      return create();
    },
  };
  const ask = () => catchReason(readThumbnail({ storage, thumbnails }, file));
  const answers = [await ask(), ...(await Promise.all([ask(), ask()])), await ask()];
  return { attempts, answers };
}

it("is created once", async () => {
  expect(await countAttempts(async () => Buffer.from("small"))).toEqual({
    attempts: 1,
    answers: [null, null, null, null],
  });
});

it("is not retried when the image can't be decoded", async () => {
  expect(await countAttempts(async () => null)).toEqual({
    attempts: 1,
    answers: ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND"],
  });
});

it("is not retried for a while when it took too long", async () => {
  const tooLong = async () => {
    throw new AppError("UNAVAILABLE");
  };
  expect(await countAttempts(tooLong)).toEqual({
    attempts: 1,
    answers: ["UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE", "UNAVAILABLE"],
  });
});
