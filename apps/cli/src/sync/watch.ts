import { relative, sep } from "node:path";

import { isUnreachable } from "@mdreader/client";
import { findLeftOut, type PathOptions } from "@mdreader/contract/synced-paths";
import { watch as watchFiles } from "chokidar";

import type { Pair } from "./round.ts";

/** What may have changed: the list of the workspace's documents, or only texts and files. */
export type Doubt = "list" | "look";

/** Milliseconds for which what happens is gathered before it is looked at. */
const gathering = 150;
/** Milliseconds before the next try when the server can't be reached. */
const pause = 2_000;

/**
 * Calls `round` whenever either side may have changed, one call after the other, until the signal says to stop.
 *
 * @param round Is told whether the workspace has to be listed anew. When it fails for want of a connection, it is called
 *   again after a while.
 * @param folder The folder's path on disk.
 */
export async function watchPair(
  pair: Pair,
  folder: string,
  round: (doubt: Doubt) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { client, remote, state } = pair;
  const { workspaceId } = state.binding;
  const ended = Promise.withResolvers<void>();
  let doubt: Doubt | null = "list";
  let wake = () => {};
  const doubted = (kind: Doubt) => {
    if (doubt !== "list") doubt = kind;
    wake();
  };

  const files = watchFiles(folder, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path) => isLeftOut(path, folder, pair.paths),
  });
  files.on("all", () => doubted("look"));
  files.on("error", ended.reject);
  const events = client.workspace.events.subscribe(
    { workspaceId },
    { onData: () => doubted("list"), onError: ended.reject },
  );
  const edits = client.workspace.edits.subscribe(
    { workspaceId },
    {
      onData({ missed, documents }) {
        // One that is not known was made just now, of which the events tell, or lies elsewhere in the workspace.
        const known = documents.filter(({ id, version }) => remote.reached(id, version));
        if (missed) doubted("list");
        else if (known.length > 0) doubted("look");
      },
      onError: ended.reject,
    },
  );
  signal.addEventListener("abort", () => ended.resolve());
  signal.addEventListener("abort", () => wake());
  try {
    await Promise.race([ended.promise, loop()]);
  } finally {
    events.unsubscribe();
    edits.unsubscribe();
    await files.close();
  }

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      if (doubt === null) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        await after(gathering, signal);
        continue;
      }
      const about = doubt;
      doubt = null;
      try {
        await round(about);
      } catch (error) {
        if (!isUnreachable(error)) throw error;
        await after(pause, signal);
        doubted("list");
      }
    }
  }
}

/** Whether a path on disk is not watched. The part that is asked first is the folder, which has no slash here. */
function isLeftOut(path: string, folder: string, paths: PathOptions): boolean {
  const below = relative(folder, path).replaceAll(sep, "/");
  return below !== "" && (findLeftOut(below, paths) ?? findLeftOut(`${below}/`, paths)) !== null;
}

/** Waits; not at all once the signal has said to stop. */
function after(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (signal.aborted) resolve();
  return promise.finally(() => clearTimeout(timer));
}
