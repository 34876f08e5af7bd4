import { stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { isReason, isUnreachable } from "@mdreader/client";
import { findLeftOut, type PathOptions, stateFileName } from "@mdreader/contract/synced-paths";
import { watch as watchFiles } from "chokidar";

import type { SyncPair } from "./sync-pass.ts";

/** What may have changed: the list of the workspace's documents, or only texts and files. */
export type RefreshKind = "list" | "look";

/** Milliseconds for which what happens is gathered before it is looked at. */
const batchDelayMs = 150;
/** Milliseconds before the next try when the server or the folder can't be reached. */
const retryDelayMs = 2_000;

/** What a watcher does, and how it tells what holds it up. */
export interface Watcher {
  /**
   * Makes both sides agree.
   * @param doubt Whether the workspace has to be asked for changes.
   * @returns After how many milliseconds to look again though nothing happens; null for not at all.
   */
  sync(doubt: RefreshKind): Promise<number | null>;
  /** Is told what it waits for, and, with null, that it goes on. */
  onWaiting(what: string | null): void;
}

/**
 * Calls `sync` whenever either side may have changed, one call after the other, until the signal says to stop. A server or a
 * folder that is away is waited for.
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
  let doubt: RefreshKind | null = "list";
  let wake = () => {};
  const requestRefresh = (kind: RefreshKind) => {
    if (doubt !== "list") doubt = kind;
    wake();
  };
  const root = await readFolderIdentity(folder);
  let files = followFiles();
  const failed = new AbortController();
  const stopped = AbortSignal.any([signal, failed.signal]);
  const stopFollowing = followWorkspace(pair, requestRefresh, ended.reject, stopped);
  signal.addEventListener("abort", () => ended.resolve());
  stopped.addEventListener("abort", () => wake());
  const looping = loop();
  try {
    await Promise.race([ended.promise, looping]);
  } catch (error) {
    // Its round, if there is one, comes to its end, and no other begins.
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
    watched.on("all", () => requestRefresh("look"));
    // What can't be watched is still looked at with each round.
    watched.on("error", () => requestRefresh("look"));
    return watched;
  }

  async function loop(): Promise<void> {
    let again: number | null = null;
    while (!stopped.aborted) {
      if (doubt === null) {
        await Promise.race([
          new Promise<void>((resolve) => {
            wake = resolve;
          }),
          ...(again === null ? [] : [sleepUntilStopped(again, stopped)]),
        ]);
        if (doubt !== null) await sleepUntilStopped(batchDelayMs, stopped);
        else doubt = "look";
        continue;
      }
      const about: RefreshKind = doubt;
      doubt = null;
      again = null;
      if (!(await folderExists(folder, root))) {
        await waitForFolder();
        continue;
      }
      try {
        again = await sync(about);
        onWaiting(null);
      } catch (error) {
        if (!isTransient(error) && (await folderExists(folder, root))) throw error;
        if (isTransient(error)) onWaiting("the server");
        await sleepUntilStopped(retryDelayMs, stopped);
        requestRefresh("list");
      }
    }
  }

  /** A folder that was moved or is not mounted: nothing in it is gone. */
  async function waitForFolder(): Promise<void> {
    onWaiting(folder);
    while (!stopped.aborted && !(await folderExists(folder, root)))
      await sleepUntilStopped(retryDelayMs, stopped);
    await files.close();
    files = followFiles();
    requestRefresh("list");
  }
}

/** Hears of what happens in the workspace, again and again where the connection ends. */
function followWorkspace(
  { client, remote, state }: SyncPair,
  requestRefresh: (kind: RefreshKind) => void,
  fail: (error: unknown) => void,
  signal: AbortSignal,
): () => void {
  const { workspaceId } = state.target;
  const open = new Set<{ unsubscribe(): void }>();
  const follow = (subscribe: (onError: (error: unknown) => void) => { unsubscribe(): void }) => {
    const subscription = subscribe((error) => {
      open.delete(subscription);
      if (!isTransient(error) && !isReason(error, "RESYNC_REQUIRED")) return fail(error);
      void followAgain(subscribe);
    });
    open.add(subscription);
  };
  const followAgain = async (subscribe: Parameters<typeof follow>[0]) => {
    await sleepUntilStopped(retryDelayMs, signal);
    if (signal.aborted) return;
    follow(subscribe);
    requestRefresh("list");
  };
  follow((onError) =>
    client.workspace.events.subscribe({ workspaceId }, { onData: () => requestRefresh("list"), onError }),
  );
  follow((onError) =>
    client.workspace.edits.subscribe(
      { workspaceId },
      {
        onData({ missed, documents }) {
          // One that is not known was made just now, of which the events tell, or lies elsewhere in the workspace.
          const known = documents.filter(({ id, version }) => remote.setVersion(id, version));
          if (missed) requestRefresh("list");
          else if (known.length > 0) requestRefresh("look");
        },
        onError,
      },
    ),
  );
  return () => open.forEach((subscription) => subscription.unsubscribe());
}

/** Whether a failure may be over in a while: the server, its database or the way there is away. */
const isTransient = (error: unknown) =>
  isUnreachable(error) || isReason(error, "UNAVAILABLE", "RATE_LIMITED", "INTERNAL");

/** Whether a path on disk is not watched. Whether it is a folder is not known when it is asked for. */
function isLeftOut(path: string, folder: string, paths: PathOptions): boolean {
  const below = relative(folder, path).replaceAll(sep, "/");
  return below !== "" && (findLeftOut(below, paths) ?? findLeftOut(`${below}/`, paths)) !== null;
}

/** What tells a folder from another one at its path. */
async function readFolderIdentity(folder: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(folder);
    return `${dev} ${ino}`;
  } catch {
    return null;
  }
}

async function folderExists(folder: string, root: string | null): Promise<boolean> {
  if ((await readFolderIdentity(folder)) !== root) return false;
  return stat(join(folder, stateFileName)).then(
    () => true,
    () => false,
  );
}

/** Waits; not at all once the signal has said to stop. */
const sleepUntilStopped = (ms: number, signal: AbortSignal) =>
  delay(ms, undefined, { signal }).catch(() => {});
