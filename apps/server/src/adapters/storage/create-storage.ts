import { randomUUID } from "node:crypto";

import type { Storage } from "@mdreader/api";

import type { Config } from "../../config.ts";
import { createLocalStorage } from "./local.ts";
import { createS3Storage } from "./s3.ts";

/** Creates the storage that the settings select. The settings for S3 were validated when they were loaded. */
export function createStorage(config: Config): Storage {
  if (config.STORAGE === "local") return createLocalStorage(config.UPLOAD_DIR);
  return createS3Storage({
    bucket: config.S3_BUCKET ?? "",
    region: config.S3_REGION,
    endpoint: config.S3_ENDPOINT,
    accessKeyId: config.S3_ACCESS_KEY_ID ?? "",
    secretAccessKey: config.S3_SECRET_ACCESS_KEY ?? "",
  });
}

/** Finds the origin that clients send files to directly; null if files go through this server. Makes no request. */
export async function findUploadOrigin(storage: Pick<Storage, "presignUpload">): Promise<string | null> {
  const target = await storage.presignUpload(randomUUID(), { size: 1, hash: null, seconds: 60 });
  return target === null ? null : new URL(target.url).origin;
}
