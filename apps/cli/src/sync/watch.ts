import { stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { isReason } from "@mdreader/client";
import { findLeftOut, type PathOptions, stateFileName } from "@mdreader/contract/synced-paths";
import { watch as watchFiles } from "chokidar";

import { Failure, isConnectionError } from "../failure.ts";
import { createPendingChanges, type PendingChanges, type PossibleChanges } from "./pending-changes.ts";
import type { SyncPair } from "./sync-pass.ts";

/** Milliseconds to batch events before a sync. */
const batchDelayMs = 150;
/** Milliseconds before the next attempt if the server or the folder is unavailable. */
const retryDelayMs = 2_000;

/** The callbacks of a watch. */
export interface Watcher {
  /** Syncs both sides. @returns Milliseconds until the next sync without an event; null for none. */
  sync(changes: PossibleChanges): Promise<number | null>;
  /** Called with the cause of a wait, and with null when the watch continues. */
  onWaiting(what: string | null): void;
}

/**
 * Calls `sync` whenever either side may have changed, one call at a time, until the signal aborts. Waits while the server or
 * the folder is unavailable.
 *
 * @param folder The folder's path on disk.
 */
export async function watchPair(
  pair: SyncPair,
  folder: string,
  { sync, onWaiting }: Watcher,
  signal: AbortSignal,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  let wake = () => {};
  const pending = createPendingChanges(pair, folder, () => wake());
  pending.noteList();
  const root = await readFolderIdentity(folder);
  let files = followFiles();
  const failed = new AbortController();
  const stopped = AbortSignal.any([signal, failed.signal]);
  const stopFollowing = followWorkspace(pair, pending, ended.reject, stopped);
  signal.addEventListener("abort", () => ended.resolve());
  stopped.addEventListener("abort", () => wake());
  const looping = runUntilStopped();
  try {
    await Promise.race([ended.promise, looping]);
  } catch (error) {
    // A running sync completes, and no other starts.
    failed.abort();
    await looping.catch(() => {});
    throw error;
  } finally {
    stopFollowing();
    await files.close();
  }

  function followFiles() {
    const watched = watchFiles(folder, {
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => isLeftOut(path, folder, pair.paths),
    });
    watched.on("all", (_, path) => pending.notePath(path));
    // Paths that can't be watched are still scanned by each sync.
    watched.on("error", () => pending.noteContents());
    return watched;
  }

  async function runUntilStopped(): Promise<void> {
    /** When the next sync is due without an event. */
    let dueAt: number | null = null;
    while (!stopped.aborted) {
      if (!pending.isNoted()) {
        if (await waitForEvent(dueAt)) pending.noteContents();
        else await sleepUntilStopped(batchDelayMs, stopped);
        continue;
      }
      const changes = pending.take();
      if (changes === null) continue; // only what this process did
      dueAt = null;
      if (!(await isFolderPresent(folder, root))) {
        await waitForFolder();
        continue;
      }
      try {
        const delayMs = await sync(changes);
        dueAt = delayMs === null ? null : Date.now() + delayMs;
        onWaiting(null);
      } catch (error) {
        if (!isTransient(error) && (await isFolderPresent(folder, root))) throw error;
        if (isTransient(error)) onWaiting("the server");
        await sleepUntilStopped(retryDelayMs, stopped);
        pending.noteList();
      }
    }
  }

  /** Waits for an event. @returns Whether it is time for the next sync without one. */
  async function waitForEvent(dueAt: number | null): Promise<boolean> {
    const woken = new Promise<false>((resolve) => {
      wake = () => resolve(false);
    });
    if (dueAt === null) return woken;
    const remainingMs = Math.max(0, dueAt - Date.now());
    return Promise.race([woken, sleepUntilStopped(remainingMs, stopped).then(() => true)]);
  }

  /** Waits for a folder that was moved or is not mounted. Its files are not deleted. */
  async function waitForFolder(): Promise<void> {
    onWaiting(folder);
    while (!stopped.aborted && !(await isFolderPresent(folder, root)))
      await sleepUntilStopped(retryDelayMs, stopped);
    await files.close();
    files = followFiles();
    pending.noteList();
  }
}

/** Subscribes to the workspace, and resubscribes after errors. @returns A function that unsubscribes. */
function followWorkspace(
  { client, remote, state }: SyncPair,
  pending: PendingChanges,
  fail: (error: unknown) => void,
  signal: AbortSignal,
): () => void {
  const { workspaceId } = state.target;
  const open = new Set<{ unsubscribe(): void }>();
  const follow = (subscribe: (onError: (error: unknown) => void) => { unsubscribe(): void }) => {
    const subscription = subscribe((error) => {
      open.delete(subscription);
      if (!isTransient(error)) return fail(error);
      void followAgain(subscribe);
    });
    open.add(subscription);
  };
  const followAgain = async (subscribe: Parameters<typeof follow>[0]) => {
    await sleepUntilStopped(retryDelayMs, signal);
    if (signal.aborted) return;
    follow(subscribe);
    pending.noteList();
  };
  follow((onError) =>
    client.workspace.events.subscribe(
      { workspaceId },
      { onData: ({ data }) => pending.noteEvent(data), onError },
    ),
  );
  follow((onError) =>
    client.workspace.edits.subscribe(
      { workspaceId },
      {
        onData({ missed, documents }) {
          if (missed) pending.noteList();
          // Unknown documents are new, which the events report, or outside the synced folder.
          const isNews = documents.map(({ id, version }) => {
            const before = remote.find(id)?.version ?? 0;
            return remote.setVersion(id, version) && version > before;
          });
          if (isNews.includes(true)) pending.noteContents();
        },
        onError,
      },
    ),
  );
  return () => open.forEach((subscription) => subscription.unsubscribe());
}

/**
 * Whether an error is transient: the server, its database or the network is unavailable, or more is changing than can be
 * listed.
 */
const isTransient = (error: unknown) =>
  isConnectionError(error) ||
  (error instanceof Failure && error.reason === "UNAVAILABLE") ||
  isReason(error, "UNAVAILABLE", "RATE_LIMITED", "INTERNAL", "RESYNC_REQUIRED");

/** Whether a path on disk is not watched. The path may be a file or a folder. */
function isLeftOut(path: string, folder: string, paths: PathOptions): boolean {
  const below = relative(folder, path).replaceAll(sep, "/");
  return below !== "" && (findLeftOut(below, paths) ?? findLeftOut(`${below}/`, paths)) !== null;
}

/** The identity of a folder, which differs for another folder at the same path. */
async function readFolderIdentity(folder: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(folder);
    return `${dev} ${ino}`;
  } catch {
    return null;
  }
}

async function isFolderPresent(folder: string, root: string | null): Promise<boolean> {
  if ((await readFolderIdentity(folder)) !== root) return false;
  return stat(join(folder, stateFileName)).then(
    () => true,
    () => false,
  );
}

/** Waits until the time has passed or the signal aborts. */
const sleepUntilStopped = (ms: number, signal: AbortSignal) =>
  delay(ms, undefined, { signal }).catch(() => {});
