import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

import { maxDocumentBytes } from "@mdreader/client";

import { errorCode, describeFileError } from "../files.ts";

/** A file that can't be imported or written. The message is a predicate of its path. */
export class UnsupportedFileError extends Error {}

/** Does not follow links or block on pipes. Windows supports neither flag. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Byte order marks are preserved. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the text of a file, byte for byte. Synchronously, because handing each operation on a small file to another thread
 * costs several times as much as the operation.
 * @throws UnsupportedFileError if the file can't be read, is too large, or is not text.
 */
export function readMarkdown(path: string): string {
  try {
    const file = openSync(path, flags);
    try {
      return decodeText(readBytes(file));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof UnsupportedFileError) throw error;
    if (errorCode(error) === "ELOOP") throw new UnsupportedFileError("is a symbolic link", { cause: error });
    throw new UnsupportedFileError(describeFileError(error), { cause: error });
  }
}

/** Decodes UTF-8 bytes. @throws UnsupportedFileError */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.byteLength > maxDocumentBytes) throw tooLarge();
  const text = decodeUtf(bytes);
  if (text.includes("\0")) throw new UnsupportedFileError("contains NUL characters (binary file)");
  return text;
}

function readBytes(file: number): Buffer {
  const found = fstatSync(file);
  if (found.isDirectory()) throw new UnsupportedFileError("is a folder");
  if (!found.isFile()) throw new UnsupportedFileError("isn't a regular file");
  if (found.size > maxDocumentBytes) throw tooLarge();
  return readFileSync(file);
}

function decodeUtf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new UnsupportedFileError("isn't UTF-8; save it as UTF-8");
  }
}

const tooLarge = () => new UnsupportedFileError(`is larger than ${maxDocumentBytes / 1024 / 1024} MiB`);
