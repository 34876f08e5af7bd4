import S3rver from "@20minutes/s3rver";

import type { S3Options } from "../src/adapters/storage/s3.ts";
import { createTemporaryFolder } from "./serve.ts";

/** The rules that docs/operations.md recommends for the bucket: the web app may send files to it. */
const toCorsRules = (appUrl: string) => `<CORSConfiguration><CORSRule>
  <AllowedOrigin>${appUrl}</AllowedOrigin>
  <AllowedMethod>PUT</AllowedMethod>
  <AllowedHeader>*</AllowedHeader>
</CORSRule></CORSConfiguration>`;

/**
 * Starts a real S3 server with an empty bucket. The stack stops it.
 * @param appUrl The address of a web app whose pages may send files.
 */
export async function startS3(
  stack: AsyncDisposableStack,
  appUrl?: string,
): Promise<S3Options & { endpoint: string }> {
  const directory = await createTemporaryFolder(stack);
  const bucket = "mdreader";
  const server = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    // The server signs a bucket's address with a trailing slash; Amazon and its clients do not.
    allowMismatchedSignatures: true,
    directory,
    configureBuckets: [{ name: bucket, configs: appUrl === undefined ? [] : [toCorsRules(appUrl)] }],
  });
  const { port } = await server.run();
  stack.defer(() => server.close());
  const endpoint = `http://127.0.0.1:${port}`;
  return { bucket, region: "us-east-1", endpoint, accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
}
