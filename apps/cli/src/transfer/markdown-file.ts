import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

import { maxDocumentBytes } from "@mdreader/client";

import { errorCode, describeFileError } from "../files.ts";

/** A file that can't be imported or written. The message is a predicate of its path. */
export class UnsupportedFileError extends Error {}

/** Does not follow links or block on pipes. Windows supports neither flag. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Byte order marks are preserved. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads the text of a file, byte for byte.
 * @throws UnsupportedFileError if the file can't be read, is too large, or is not text.
 */
export async function readMarkdown(path: string): Promise<string> {
  try {
    await using file = await open(path, flags);
    return decodeText(await readBytes(file));
  } catch (error) {
    if (error instanceof UnsupportedFileError) throw error;
    if (errorCode(error) === "ELOOP") throw new UnsupportedFileError("is a link");
    throw new UnsupportedFileError(describeFileError(error));
  }
}

/** Decodes UTF-8 bytes. @throws UnsupportedFileError */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.byteLength > maxDocumentBytes) throw tooLarge();
  const text = decodeUtf(bytes);
  if (text.includes("\0")) throw new UnsupportedFileError("contains NUL characters (binary file)");
  return text;
}

async function readBytes(file: FileHandle): Promise<Buffer> {
  const found = await file.stat();
  if (found.isDirectory()) throw new UnsupportedFileError("is a folder");
  if (!found.isFile()) throw new UnsupportedFileError("is not a regular file");
  if (found.size > maxDocumentBytes) throw tooLarge();
  return file.readFile();
}

function decodeUtf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new UnsupportedFileError("is not UTF-8");
  }
}

const tooLarge = () => new UnsupportedFileError(`is larger than ${maxDocumentBytes / 1024 / 1024} MiB`);
