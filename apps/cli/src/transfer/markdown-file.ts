import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

import { maxDocumentBytes } from "@mdreader/client";

import { codeOf, fileProblem } from "../files.ts";

/** Why a file can't become a document. */
export class Unfit extends Error {}

/** Neither opens what a link leads to, nor waits at a pipe. Windows knows neither. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A byte order mark is the author's and stays. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of a file, byte for byte.
 * @throws Unfit for one that can't be read, is too large, or is no text.
 */
export async function readMarkdown(path: string): Promise<string> {
  try {
    await using file = await open(path, flags);
    return textOf(await bytesOf(file));
  } catch (error) {
    if (error instanceof Unfit) throw error;
    if (codeOf(error) === "ELOOP") throw new Unfit("is a link");
    throw new Unfit(fileProblem(error));
  }
}

/** The text that these bytes are. @throws Unfit */
export function textOf(bytes: Uint8Array): string {
  if (bytes.byteLength > maxDocumentBytes) throw tooLarge();
  const text = decoded(bytes);
  if (text.includes("\0")) throw new Unfit("has NUL characters, as binary files do");
  return text;
}

async function bytesOf(file: FileHandle): Promise<Buffer> {
  const found = await file.stat();
  if (found.isDirectory()) throw new Unfit("is a folder");
  if (!found.isFile()) throw new Unfit("is not a regular file");
  if (found.size > maxDocumentBytes) throw tooLarge();
  return file.readFile();
}

function decoded(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Unfit("is not UTF-8");
  }
}

const tooLarge = () => new Unfit(`is larger than ${maxDocumentBytes / 1024 / 1024} MiB`);
