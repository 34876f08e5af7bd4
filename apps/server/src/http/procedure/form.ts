import type { IncomingMessage } from "node:http";

import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";

import { maxArrivalMs } from "./body.ts";
import { badRequest, tooLarge, tooSlow, unsupportedType } from "./errors.ts";

export const multipartType = "multipart/form-data";

/** The name of the part with the file. */
export const fileField = "file";

/** Limits of the parts, other than the file's bytes. */
const limits = { fields: 20, fieldSize: 8 * 1024, headerPairs: 20, headerSize: 8 * 1024 };

/** The most bytes of a form that are not part of the file. The parser discards some of them instead of counting them. */
export const maxFormBytes = 256 * 1024;

/** The file of a form. */
export interface ReceivedFile {
  /** The last part of its name; undefined if it has none. */
  name: string | undefined;
  /** Ends when the whole form has turned out to be valid, and fails otherwise. */
  body: AsyncIterable<Uint8Array>;
}

/**
 * Reads a form with several fields and one file, which comes last. The file is streamed.
 * @param receive Called with the fields when the file begins.
 * @throws TRPCError for a malformed form, after `receive` has failed to read the file.
 */
export async function readForm<Result>(
  request: IncomingMessage,
  receive: (fields: URLSearchParams, file: ReceivedFile) => Promise<Result>,
): Promise<Result> {
  const parser = createParser(request);
  const fields = new URLSearchParams();
  const ended = Promise.withResolvers<void>();
  const result = Promise.withResolvers<Result>();
  let file: BusboyFileStream | null = null;
  let receivedBytes = 0;
  let failure: Error | null = null;

  function fail(error: Error): void {
    if (failure !== null) return;
    failure = error;
    ended.reject(error);
    if (file === null) result.reject(error);
    else file.destroy(error);
  }

  async function* readFile(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      // The reason for which the form is invalid replaces the error of the stream.
      throw failure ?? error;
    }
    await ended.promise;
  }

  const onData = (chunk: Buffer) => {
    if (receivedBytes - (file?.bytesRead ?? 0) > maxFormBytes) fail(tooLarge());
    receivedBytes += chunk.length;
  };
  const onClose = () => {
    if (!request.readableEnded) fail(badRequest("the body ended before the end of the form"));
  };

  // It is awaited only when the file has been read.
  ended.promise.catch(() => {});
  parser
    .on("field", (name, value, _nameTruncated, isTruncated) => {
      if (file !== null) fail(badRequest("must come before the file", name));
      else if (name === fileField) fail(badRequest("must be a file, with a filename", name));
      else if (isTruncated) fail(badRequest("is too long", name));
      else fields.append(name ?? "", value);
    })
    .on("file", (name, stream, filename) => {
      stream.on("error", () => fail(badRequest(notAForm)));
      if (name === fileField && file === null) {
        file = stream;
        clearTimeout(timer);
        const received = { name: filename || undefined, body: readFile(stream) };
        const start = async () => receive(fields, received);
        result.resolve(start());
        return;
      }
      stream.resume();
      fail(badRequest(name === fileField ? "is set more than once" : "must not be a file", name));
    })
    .on("fieldsLimit", () => fail(badRequest("the form has too many fields")))
    .on("error", () => fail(badRequest(notAForm)))
    .on("finish", () => {
      if (file === null) fail(badRequest("is required, after all other fields", fileField));
      else if (request.readableEnded) ended.resolve();
      else request.once("end", () => ended.resolve());
    });
  request.on("data", onData).on("close", onClose).on("error", onClose);
  const timer = setTimeout(() => fail(tooSlow()), maxArrivalMs);
  // The client may have disconnected during authentication.
  if (request.destroyed) onClose();
  request.pipe(parser);
  try {
    return await result.promise;
  } finally {
    clearTimeout(timer);
    request.unpipe(parser);
    request.off("data", onData).off("close", onClose).off("error", onClose);
  }
}

const notAForm = "the body isn't a valid form";

function createParser({ headers }: IncomingMessage): BusboyInstance {
  const { "content-type": type = "", "content-encoding": encoding } = headers;
  if (encoding !== undefined && encoding !== "identity") {
    throw unsupportedType("the body must not be compressed");
  }
  try {
    return new Busboy({
      headers: { ...headers, "content-type": type },
      limits,
      isPartAFile: (_name, _type, filename) => filename !== undefined,
    });
  } catch {
    throw badRequest("the content type has no valid boundary");
  }
}
