import { expect } from "vitest";

import type { SyncPair } from "./sync-pair.ts";

const markName = "mark ";

/** Waits until the watcher of a folder has synced all earlier local changes. */
export async function waitUntilSettled(pair: SyncPair): Promise<void> {
  const mark = `${markName}${crypto.randomUUID()}`;
  await pair.write(`${mark}.md`, "mark\n");
  await expect.poll(() => pair.titles(), { timeout: 50_000 }).toContain(mark);
}

/** The IDs of the workspace's documents by path, without the marks. */
export async function listDocumentIds(pair: SyncPair): Promise<Record<string, string>> {
  const ids = Object.entries(await pair.documentIds());
  return Object.fromEntries(ids.filter(([path]) => !path.startsWith(markName)));
}
