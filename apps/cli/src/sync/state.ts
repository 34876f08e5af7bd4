import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { stateFileName } from "@mdreader/contract/synced-paths";
import { z } from "zod";

import { Failure, withFileFailure } from "../failure.ts";
import { errorCode, describeFileError } from "../files.ts";
import { createMapFile, type MapFile, TrackedMap } from "./map-file.ts";
import type { BaseState } from "./plan.ts";

/** The name of the state file in a synced folder. It contains no secrets and no texts. */
export { stateFileName };

/** The workspace that a folder is synced with. */
export interface SyncTarget {
  server: string;
  workspaceId: string;
  /** The folder of the workspace; null for the whole workspace. */
  folderId: string | null;
}

/** An entry deleted on both sides. It can be restored while it is in the trash. */
export interface Removed extends BaseState {
  /** The time of the deletion, in milliseconds since 1970. */
  at: number;
}

/** The server's default retention of the trash. */
const retentionMs = 30 * 86_400_000;

const target = { server: z.string(), workspaceId: z.string(), folderId: z.string().nullable() };
const baseState = z.object({
  kind: z.enum(["document", "file"]),
  path: z.string(),
  version: z.int(),
  hash: z.string(),
  relinked: z
    .object({
      hash: z.string(),
      aliases: z.string(),
      spellings: z.array(z.tuple([z.string(), z.string()])),
    })
    .optional(),
});
const removedEntry = baseState.extend({ at: z.number() });

/** The header and the maps of the file. Pairs instead of records: an ID may be a path, and a path may be `__proto__`. */
const format = z.object({
  header: z.object({ format: z.literal(3), ...target }),
  maps: z.object({
    entries: z.array(z.tuple([z.string(), baseState])).default([]),
    removed: z.array(z.tuple([z.string(), removedEntry])).default([]),
    mounts: z.array(z.tuple([z.string(), z.literal(true)])).default([]),
  }),
});

/** The second format, which was one JSON value. */
const format2 = z.object({
  format: z.literal(2),
  ...target,
  entries: z.array(z.tuple([z.string(), baseState])),
  removed: z.array(z.tuple([z.string(), removedEntry])),
  mounts: z.array(z.string()),
});

/** The first format, which identified files by path. */
const format1 = z.object({
  format: z.literal(1),
  ...target,
  documents: z.record(z.string(), baseState.omit({ kind: true, relinked: true })),
  files: z.record(z.string(), z.string()),
});

const olderFormats = z.union([
  format2,
  format1.transform(({ documents, files, ...rest }) => ({
    ...rest,
    entries: [
      ...Object.entries(documents).map(([id, one]) => [id, { kind: "document" as const, ...one }] as const),
      // A temporary ID, replaced by that of the workspace's file at the same path.
      ...Object.entries(files).map(
        ([path, hash]) => [`path:${path}`, { kind: "file" as const, path, version: 0, hash }] as const,
      ),
    ],
    removed: [],
    mounts: [],
  })),
]);

/** The last synced state. */
export interface SyncState {
  readonly target: SyncTarget;
  /** Documents and files by their IDs. */
  readonly entries: Map<string, BaseState>;
  readonly removed: Map<string, Removed>;
  /** Mount points. If one is no longer on a separate disk, its disk is missing and its files are not deleted. */
  readonly mounts: Map<string, true>;
  /**
   * Writes the changes. A run killed before that loses nothing: the next run recognizes the completed steps.
   */
  save(): Promise<void>;
}

/** The state of a folder; null if it has never been synced. */
export async function readState(folder: string): Promise<SyncState | null> {
  const path = join(folder, stateFileName);
  try {
    return (await readCurrentFormat(path)) ?? (await readOlderFormats(path));
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return null;
    if (errorCode(cause) !== null)
      throw new Failure("FILE", `${path} ${describeFileError(cause)}.`, { cause });
    throw new Failure("FILE", `${path} is damaged.`, {
      hint: "Delete the file and pass --workspace again. Files that are equal on both sides stay unchanged.",
      cause,
    });
  }
}

async function readCurrentFormat(path: string): Promise<SyncState | null> {
  const file = createMapFile(path);
  try {
    const { header, maps } = format.parse(await file.read());
    return createState(path, file, { ...header, ...maps, mounts: maps.mounts.map(([mount]) => mount) });
  } catch (error) {
    if (errorCode(error) !== null) throw error;
    return null;
  }
}

const readOlderFormats = async (path: string): Promise<SyncState> =>
  createState(path, createMapFile(path), olderFormats.parse(JSON.parse(await readFile(path, "utf8"))));

/** The state of a folder before its first sync. */
export function createNewState(folder: string, to: SyncTarget): SyncState {
  const path = join(folder, stateFileName);
  return createState(path, createMapFile(path), { ...to, entries: [], removed: [], mounts: [] });
}

interface Contents extends SyncTarget {
  entries: readonly (readonly [string, BaseState])[];
  removed: readonly (readonly [string, Removed])[];
  mounts: readonly string[];
}

function createState(
  path: string,
  file: MapFile,
  { server, workspaceId, folderId, ...contents }: Contents,
): SyncState {
  const oldest = Date.now() - retentionMs;
  const maps = {
    entries: new TrackedMap(contents.entries),
    removed: new TrackedMap(
      contents.removed.filter(([, { at }]) => at > oldest).toSorted(([, a], [, b]) => a.at - b.at),
    ),
    mounts: new TrackedMap<true>(contents.mounts.map((mount) => [mount, true])),
  };
  const pairTarget = { server, workspaceId, folderId };
  const header = { format: 3, ...pairTarget } satisfies z.input<typeof format>["header"];
  return { target: pairTarget, ...maps, save: () => withFileFailure(path, () => file.save(header, maps)) };
}
