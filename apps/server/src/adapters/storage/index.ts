import type { Storage } from "@mdreader/api";

import type { Config } from "../../config.ts";
import { localStorage } from "./local.ts";
import { s3Storage } from "./s3.ts";

/** The storage that the settings name. What S3 needs was demanded when they were read. */
export function storageOf(config: Config): Storage {
  if (config.STORAGE === "local") return localStorage(config.UPLOAD_DIR);
  return s3Storage({
    bucket: config.S3_BUCKET ?? "",
    region: config.S3_REGION,
    endpoint: config.S3_ENDPOINT,
    accessKeyId: config.S3_ACCESS_KEY_ID ?? "",
    secretAccessKey: config.S3_SECRET_ACCESS_KEY ?? "",
  });
}
