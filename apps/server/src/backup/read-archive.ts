import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { isDeepStrictEqual } from "node:util";
import { createGunzip } from "node:zlib";

import { BackupError, findMigrations } from "@mdreader/db";
import { extract, type ExtractEvents } from "tar-stream";
import type { z } from "zod";

import { errorCode, errorMessage } from "../error-utils.ts";
import {
  type FileKey,
  fileKey,
  toFileName,
  formatOnly,
  formatVersion,
  type Header,
  header,
  headerName,
  type Manifest,
  manifest,
  manifestName,
  maxJsonBytes,
  partBytes,
  toPartName,
} from "./format.ts";
import { TableDigest } from "./table-digest.ts";

type Entry = ExtractEvents["entry"][1];

/** A part of an archive. The content of a file must be read before the next item. */
export type ArchiveItem =
  | { kind: "header"; header: Header }
  | { kind: "rows"; table: string; bytes: Uint8Array }
  | { kind: "file"; key: FileKey; content: AsyncIterable<Uint8Array> }
  | { kind: "manifest"; manifest: Manifest };

/**
 * Reads an archive from its beginning to its end, with little memory. The manifest comes last, when everything before it
 * has been compared with it.
 * @throws BackupError if anything is damaged, missing or unknown, or was made by a newer version.
 */
export async function* readArchive(path: string): AsyncGenerator<ArchiveItem> {
  const entries = extract();
  const stop = new AbortController();
  let failure: unknown;
  const reading = pipeline(createReadStream(path), createGunzip(), entries, { signal: stop.signal });
  reading.catch((error: unknown) => (failure = error));
  /** When the stream fails, its consumers get other errors, and maybe earlier. */
  const explain = async (error: unknown): Promise<BackupError> => {
    await new Promise(setImmediate);
    return error instanceof BackupError ? error : toBackupError(path, failure ?? error);
  };
  try {
    yield* readItems(entries[Symbol.asyncIterator](), explain);
    await reading;
  } catch (error) {
    throw await explain(error);
  } finally {
    stop.abort();
  }
}

const damaged = (what: string, cause?: unknown) =>
  new BackupError(`The backup is damaged: ${what}. Don't restore it; use another backup.`, {
    cause,
  });

function toBackupError(path: string, error: unknown): BackupError {
  const code = errorCode(error);
  if (code === "ENOENT") return new BackupError(`${path} doesn't exist.`);
  if (code === "EISDIR") return new BackupError(`${path} is a folder. Specify a backup in it.`);
  if (code === "EACCES" || code === "EIO") return new BackupError(`${path} can't be read (${code}).`);
  return damaged(code === "Z_BUF_ERROR" ? "its end is missing" : errorMessage(error), error);
}

async function* readItems(
  entries: AsyncIterator<Entry, unknown>,
  explain: (error: unknown) => Promise<BackupError>,
): AsyncGenerator<ArchiveItem> {
  const next = async (): Promise<Entry | null> => {
    const { done = false, value } = await entries.next();
    if (done) return null;
    const entry = value as Entry; // not the last result
    if (entry.header.type !== "file") throw damaged(`"${entry.header.name}" isn't a file`);
    return entry;
  };

  let entry = await next();
  if (entry?.header.name !== headerName) throw new BackupError("This isn't an MDReader backup.");
  const headerBytes = await readWhole(entry, maxJsonBytes);
  const found = parseHeader(headerBytes);
  yield { kind: "header", header: found };
  entry = await next();

  const tables: Manifest["tables"] = [];
  for (const { name } of found.database.tables) {
    const digest = new TableDigest(name);
    for (let number = 1; entry?.header.name === toPartName(name, number); number += 1) {
      const bytes = await readWhole(entry, partBytes);
      digest.update(bytes);
      yield { kind: "rows", table: name, bytes };
      entry = await next();
    }
    tables.push(digest.summarize());
  }

  const files = { count: 0, bytes: 0 };
  for (let previous = ""; entry?.header.name.startsWith("files/"); entry = await next()) {
    const { name } = entry.header;
    if (name <= previous) throw damaged(`"${name}" is out of order`);
    const key = parseFileKey(name);
    const content = readFile(entry, key, explain);
    yield { kind: "file", key, content };
    previous = name;
    files.count += 1;
    files.bytes += entry.header.size ?? 0;
  }

  if (entry?.header.name !== manifestName)
    throw damaged(entry === null ? "its end is missing" : `"${entry.header.name}" doesn't belong there`);
  const { skippedFiles, ...sums } = parseJson(manifest, await readWhole(entry, maxJsonBytes), manifestName);
  if (!isDeepStrictEqual(sums, { header: hash(headerBytes), tables, files }))
    throw damaged("its contents differ from its manifest");
  const last = await next();
  if (last !== null) throw damaged(`"${last.header.name}" follows its manifest`);
  yield { kind: "manifest", manifest: { ...sums, skippedFiles } };
}

/** @throws BackupError also if this version can't restore it. */
function parseHeader(bytes: Uint8Array): Header {
  const { format } = parseJson(formatOnly, bytes, headerName);
  if (format > formatVersion)
    throw new BackupError(
      "The backup was made by a newer version of MDReader. Restore it with that version.",
    );
  const found = parseJson(header, bytes, headerName);
  findMigrations(found.database);
  return found;
}

function parseJson<T>(schema: z.ZodType<T>, bytes: Uint8Array, name: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch (error) {
    throw damaged(`its ${name} can't be read`, error);
  }
}

/** Only names that the format defines are accepted, so none leads outside the storage. */
function parseFileKey(name: string): FileKey {
  const [, workspaceId, hash] = name.split("/");
  const parsed = fileKey.safeParse({ workspaceId, hash });
  if (!parsed.success || toFileName(parsed.data) !== name) throw damaged(`"${name}" isn't a file name`);
  return parsed.data;
}

async function* readFile(
  entry: Entry,
  { hash }: FileKey,
  explain: (error: unknown) => Promise<BackupError>,
): AsyncGenerator<Uint8Array> {
  const actual = createHash("sha256");
  try {
    for await (const chunk of readBytes(entry)) {
      actual.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw await explain(error);
  }
  if (actual.digest("hex") !== hash) throw damaged(`the bytes of the file ${hash} have changed`);
}

async function readWhole(entry: Entry, maxBytes: number): Promise<Uint8Array> {
  if ((entry.header.size ?? 0) > maxBytes) throw damaged(`"${entry.header.name}" is too large`);
  return Buffer.concat(await Array.fromAsync(readBytes(entry)));
}

async function* readBytes(entry: Entry): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry) yield chunk as Buffer; // a stream of bytes
}

const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
