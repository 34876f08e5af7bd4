import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import {
  AppError,
  type ByteRange,
  ignoreUnhandledError,
  type Storage,
  type StoredObject,
} from "@mdreader/api";

import { traceRequests } from "./trace-requests.ts";

export interface S3Options {
  bucket: string;
  region: string;
  /** The endpoint of an S3-compatible service other than Amazon's. */
  endpoint: string | undefined;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Maximum validity of a presigned request, in seconds. */
const maxPresignSeconds = 604_800;

/**
 * Stores files in a bucket of S3 or a compatible service. Clients upload directly to the bucket with a request that is
 * signed for the exact size, and for the hash if it is known. Downloads go through this server, so that revoking access
 * also disables links.
 */
export function createS3Storage({
  bucket,
  region,
  endpoint,
  accessKeyId,
  secretAccessKey,
}: S3Options): Storage {
  const client = new S3Client({
    region,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    credentials: { accessKeyId, secretAccessKey },
    // Compatible services don't support the newer checksums. The server hashes uploads in any case.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  traceRequests(client);
  const locate = (key: string) => ({ Bucket: bucket, Key: key });
  const toDraftKey = (id: string) => `drafts/${id}`;
  const toObjectKey = (key: string) => `kept/${key}`;

  async function readSizeIfExists(key: string): Promise<number | null> {
    try {
      return (await client.send(new HeadObjectCommand(locate(key)))).ContentLength ?? 0;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return null;
      throw error;
    }
  }

  async function openToRead(key: string, range?: ByteRange): Promise<Readable> {
    const part = range && { Range: `bytes=${range.start}-${range.end}` };
    // S3 rejects range requests on empty objects.
    if (range !== undefined && (await readSizeIfExists(key)) === 0) return Readable.from([]);
    const { Body } = await client.send(new GetObjectCommand({ ...locate(key), ...part }));
    if (!(Body instanceof Readable)) throw new TypeError("the response from S3 has no body");
    return ignoreUnhandledError(Body);
  }

  const remove = async (key: string) => void (await client.send(new DeleteObjectCommand(locate(key))));

  async function* listPrefix(prefix: string): AsyncGenerator<StoredObject> {
    for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key, LastModified } of page.Contents ?? []) {
        if (Key === undefined || LastModified === undefined) continue;
        yield { key: Key.slice(prefix.length), writtenAt: LastModified };
      }
    }
  }

  return {
    async presignUpload(id, { size, hash, seconds }) {
      const checksum = hash === null ? null : Buffer.from(hash).toString("base64");
      const command = new PutObjectCommand({
        ...locate(toDraftKey(id)),
        ContentLength: size,
        ...(checksum !== null && { ChecksumSHA256: checksum }),
      });
      const url = await getSignedUrl(client, command, {
        expiresIn: Math.min(seconds, maxPresignSeconds),
        signableHeaders: new Set(["content-length", "host", "x-amz-checksum-sha256"]),
        unhoistableHeaders: new Set(["x-amz-checksum-sha256"]),
      });
      const headers: Record<string, string> = {};
      if (checksum !== null) headers["x-amz-checksum-sha256"] = checksum;
      return { url, headers };
    },
    readDraftSize: (id) => readSizeIfExists(toDraftKey(id)),

    async append(id, offset, body) {
      // Objects are written atomically, so an interrupted upload leaves nothing to resume.
      if (offset > 0) throw new AppError("UPLOAD_INCOMPLETE");
      let failure: unknown;
      const observedBody = async function* () {
        try {
          yield* body;
        } catch (error) {
          failure = error;
          throw error;
        }
      };
      try {
        await new Upload({
          client,
          params: { ...locate(toDraftKey(id)), Body: Readable.from(observedBody()) },
        }).done();
      } catch (error) {
        // Canceling the upload may fail as well, which would hide why the body failed.
        throw failure ?? error;
      }
      return (await readSizeIfExists(toDraftKey(id))) ?? 0;
    },

    async hashDraft(id) {
      if ((await readSizeIfExists(toDraftKey(id))) === null) return null;
      const hash = createHash("sha256");
      let size = 0;
      for await (const chunk of await openToRead(toDraftKey(id))) {
        const bytes = chunk as Buffer; // a stream of bytes
        hash.update(bytes);
        size += bytes.byteLength;
      }
      return { size, hash: hash.digest() };
    },

    readDraft: (id, range) => openToRead(toDraftKey(id), range),
    deleteDraft: (id) => remove(toDraftKey(id)),
    async commitUpload(id, key) {
      await client.send(
        new CopyObjectCommand({ ...locate(toObjectKey(key)), CopySource: `${bucket}/${toDraftKey(id)}` }),
      );
      await remove(toDraftKey(id));
    },
    put: async (key, bytes) =>
      void (await client.send(new PutObjectCommand({ ...locate(toObjectKey(key)), Body: bytes }))),
    readSize: (key) => readSizeIfExists(toObjectKey(key)),
    read: (key, range) => openToRead(toObjectKey(key), range),
    sendTo: async (key, begin, range) => pipeline(await openToRead(toObjectKey(key), range), begin()),
    remove: (key) => remove(toObjectKey(key)),
    listObjects: () => listPrefix("kept/"),
    listDrafts: () => listPrefix("drafts/"),
  };
}
