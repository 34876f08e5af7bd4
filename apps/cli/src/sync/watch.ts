import { stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { isReason, isUnreachable } from "@mdreader/client";
import { findLeftOut, type PathOptions, stateFileName } from "@mdreader/contract/synced-paths";
import { watch as watchFiles } from "chokidar";

import type { Pair } from "./round.ts";

/** What may have changed: the list of the workspace's documents, or only texts and files. */
export type Doubt = "list" | "look";

/** Milliseconds for which what happens is gathered before it is looked at. */
const gatherMs = 150;
/** Milliseconds before the next try when the server or the folder can't be reached. */
const pauseMs = 2_000;

/** What a watcher does, and how it tells what holds it up. */
export interface Watcher {
  /**
   * Makes both sides agree.
   * @param doubt Whether the workspace has to be asked for changes.
   * @returns After how many milliseconds to look again though nothing happens; null for not at all.
   */
  round(doubt: Doubt): Promise<number | null>;
  /** Is told what it waits for, and, with null, that it goes on. */
  waitsFor(what: string | null): void;
}

/**
 * Calls `round` whenever either side may have changed, one call after the other, until the signal says to stop. A server or a
 * folder that is away is waited for.
 *
 * @param folder The folder's path on disk.
 */
export async function watchPair(
  pair: Pair,
  folder: string,
  { round, waitsFor }: Watcher,
  signal: AbortSignal,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  let doubt: Doubt | null = "list";
  let wake = () => {};
  const doubted = (kind: Doubt) => {
    if (doubt !== "list") doubt = kind;
    wake();
  };
  const root = await identityOf(folder);
  let files = followFiles();
  const failed = new AbortController();
  const stopped = AbortSignal.any([signal, failed.signal]);
  const stopFollowing = followWorkspace(pair, doubted, ended.reject, stopped);
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
    watched.on("all", () => doubted("look"));
    // What can't be watched is still looked at with each round.
    watched.on("error", () => doubted("look"));
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
          ...(again === null ? [] : [pause(again, stopped)]),
        ]);
        if (doubt !== null) await pause(gatherMs, stopped);
        else doubt = "look";
        continue;
      }
      const about: Doubt = doubt;
      doubt = null;
      again = null;
      if (!(await isThere(folder, root))) {
        await waitForFolder();
        continue;
      }
      try {
        again = await round(about);
        waitsFor(null);
      } catch (error) {
        if (!mayPass(error) && (await isThere(folder, root))) throw error;
        if (mayPass(error)) waitsFor("the server");
        await pause(pauseMs, stopped);
        doubted("list");
      }
    }
  }

  /** A folder that was moved or is not mounted: nothing in it is gone. */
  async function waitForFolder(): Promise<void> {
    waitsFor(folder);
    while (!stopped.aborted && !(await isThere(folder, root))) await pause(pauseMs, stopped);
    await files.close();
    files = followFiles();
    doubted("list");
  }
}

/** Hears of what happens in the workspace, again and again where the connection ends. */
function followWorkspace(
  { client, remote, state }: Pair,
  doubted: (kind: Doubt) => void,
  fail: (error: unknown) => void,
  signal: AbortSignal,
): () => void {
  const { workspaceId } = state.binding;
  const open = new Set<{ unsubscribe(): void }>();
  const follow = (subscribe: (onError: (error: unknown) => void) => { unsubscribe(): void }) => {
    const subscription = subscribe((error) => {
      open.delete(subscription);
      if (!mayPass(error) && !isReason(error, "RESYNC_REQUIRED")) return fail(error);
      void followAgain(subscribe);
    });
    open.add(subscription);
  };
  const followAgain = async (subscribe: Parameters<typeof follow>[0]) => {
    await pause(pauseMs, signal);
    if (signal.aborted) return;
    follow(subscribe);
    doubted("list");
  };
  follow((onError) =>
    client.workspace.events.subscribe({ workspaceId }, { onData: () => doubted("list"), onError }),
  );
  follow((onError) =>
    client.workspace.edits.subscribe(
      { workspaceId },
      {
        onData({ missed, documents }) {
          // One that is not known was made just now, of which the events tell, or lies elsewhere in the workspace.
          const known = documents.filter(({ id, version }) => remote.reached(id, version));
          if (missed) doubted("list");
          else if (known.length > 0) doubted("look");
        },
        onError,
      },
    ),
  );
  return () => open.forEach((subscription) => subscription.unsubscribe());
}

/** Whether a failure may be over in a while: the server, its database or the way there is away. */
const mayPass = (error: unknown) =>
  isUnreachable(error) || isReason(error, "UNAVAILABLE", "RATE_LIMITED", "INTERNAL");

/** Whether a path on disk is not watched. Whether it is a folder is not known when it is asked for. */
function isLeftOut(path: string, folder: string, paths: PathOptions): boolean {
  const below = relative(folder, path).replaceAll(sep, "/");
  return below !== "" && (findLeftOut(below, paths) ?? findLeftOut(`${below}/`, paths)) !== null;
}

/** What tells a folder from another one at its path. */
async function identityOf(folder: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(folder);
    return `${dev} ${ino}`;
  } catch {
    return null;
  }
}

async function isThere(folder: string, root: string | null): Promise<boolean> {
  if ((await identityOf(folder)) !== root) return false;
  return stat(join(folder, stateFileName)).then(
    () => true,
    () => false,
  );
}

/** Waits; not at all once the signal has said to stop. */
const pause = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }).catch(() => {});
