import S3rver from "@20minutes/s3rver";

import type { S3Options } from "../src/adapters/storage/s3.ts";
import { createTemporaryFolder } from "./serve.ts";

/** Starts a real S3 server with an empty bucket. The stack stops it. */
export async function startS3(stack: AsyncDisposableStack): Promise<S3Options & { endpoint: string }> {
  const directory = await createTemporaryFolder(stack);
  const bucket = "mdreader";
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    // The server signs a bucket's address with a trailing slash; Amazon and its clients do not.
    allowMismatchedSignatures: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await server.run();
  stack.defer(() => server.close());
  const endpoint = `http://127.0.0.1:${port}`;
  return { bucket, region: "us-east-1", endpoint, accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
}
