import type { Readable } from "node:stream";

import { maxDocumentBytes } from "@mdreader/contract";

import { AppError } from "../../errors.ts";

/** Byte order marks are part of the text. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads the text of a document, byte for byte. @throws AppError BAD_INPUT for invalid text, DOCUMENT_TOO_LARGE */
export async function decodeDocument(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer; // a stream of bytes
    size += bytes.byteLength;
    if (size > maxDocumentBytes) throw new AppError("DOCUMENT_TOO_LARGE");
    chunks.push(bytes);
  }
  const text = decodeUtf8(Buffer.concat(chunks));
  if (text.includes("\0")) throw createTextError("has NUL characters, as binary files do");
  return text;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw createTextError("isn't UTF-8; save it as UTF-8 and import it again");
  }
}

const createTextError = (message: string) => new AppError("BAD_INPUT", { fieldErrors: { "": [message] } });
