import { type Client, isReason } from "@mdreader/client";

import { relinkForDisk, restoreFromDisk } from "../transfer/exported-text.ts";
import { toTitle } from "../transfer/names.ts";
import { assertCanKeepBoth, keepLocalFile } from "./conflict-copy.ts";
import { type LocalFileSystem, FileChangedError } from "./local-file-system.ts";
import { toParentPath, hashText, toBaseName } from "./names.ts";
import type { Ordered } from "./order.ts";
import type { BaseState, Direction, Relinked, RemoteEntry, StepOf } from "./plan.ts";
import type { RemoteTree } from "./remote-tree.ts";
import type { SyncReport } from "./report.ts";
import type { SyncState } from "./state.ts";
import type { Texts } from "./texts.ts";

export interface SyncEndpoints {
  client: Client;
  disk: LocalFileSystem;
  remote: RemoteTree;
  state: SyncState;
}

/** Executes a step of a plan. Steps can be interrupted at any time and repeated. */
export type StepExecutor = (ordered: Ordered) => Promise<void>;

/** The base state of an entry. */
export function requireBaseState({ entries }: SyncState, id: string): BaseState {
  const before = entries.get(id);
  if (before === undefined) throw new Error(`No base state for ${id}.`);
  return before;
}

/** The listed entry. @throws FileChangedError if it no longer exists. */
export function requireListed({ remote }: SyncEndpoints, id: string): RemoteEntry {
  const entry = remote.find(id);
  if (entry === undefined) throw new FileChangedError(id);
  return entry;
}

/** Moves an entry deleted on both sides to `removed`, so that it can be restored. */
export function recordRemoved({ entries, removed }: SyncState, id: string): void {
  const before = entries.get(id);
  entries.delete(id);
  if (before === undefined) return;
  removed.delete(id); // re-inserted at the end
  removed.set(id, { ...before, at: Date.now() });
}

/** The recorded state of a text on disk. */
interface OnDisk {
  hash: string;
  relinked?: Relinked | undefined;
}

/** Executes steps for documents. @throws FileChangedError if an entry has changed and a new plan is needed. */
export function createDocumentExecutor(
  sides: SyncEndpoints,
  texts: Texts,
  direction: Direction,
  report: SyncReport,
): StepExecutor {
  const { client, disk, remote, state } = sides;
  const { workspaceId } = state.target;
  const recordBase = (id: string, path: string, version: number, { hash, relinked }: OnDisk) =>
    void state.entries.set(id, { kind: "document", path, version, hash, ...(relinked && { relinked }) });

  /** A text of the workspace with its links rewritten for the disk. */
  async function renderForDisk(
    id: string,
    path: string,
    content: string,
  ): Promise<OnDisk & { text: string }> {
    const aliases = remote.find(id)?.aliases;
    if (aliases === undefined) return { text: content, hash: hashText(content) };
    const { text, spellings } = await relinkForDisk(client, id, content, {
      folders: path.split("/").slice(0, -1),
      pathOf: (fileId) => remote.find(fileId)?.path.split("/"),
    });
    const relinked = { hash: hashText(content), aliases, spellings: spellings.map(([...pair]) => pair) };
    return { text, hash: hashText(text), relinked };
  }

  /**
   * Replaces a file with a text of the workspace. The spellings that restore its links are saved first, so that a killed run
   * leaves no rewritten links that look like an edit.
   */
  async function replace(id: string, path: string, content: string, expected: string): Promise<OnDisk> {
    const { text, ...onDisk } = await renderForDisk(id, path, content);
    if (onDisk.hash === expected) return onDisk;
    const before = requireBaseState(state, id);
    const fresh = onDisk.relinked?.spellings ?? [];
    if (fresh.length > 0) {
      const known = before.relinked ?? { hash: before.hash, aliases: "" };
      const spellings = [...new Map([...(before.relinked?.spellings ?? []), ...fresh])];
      state.entries.set(id, { ...before, relinked: { ...known, spellings } });
      await state.save();
    }
    await disk.write(path, text, expected);
    return onDisk;
  }

  async function upload({ path, restores }: { path: string; restores: string | null }): Promise<void> {
    const content = await disk.read(path);
    if (restores !== null && (await restoreFromTrash(restores, path))) return;
    const folderId = await remote.ensureFolder(toParentPath(path));
    const title = toTitle(toBaseName(path));
    const { id, version } = await client.document.create.mutate({ workspaceId, folderId, title, content });
    recordBase(id, path, version, { hash: hashText(content) });
    report.sent.created += 1;
  }

  /** Restores a document from the trash for its file. @returns Whether it was found. */
  async function restoreFromTrash(id: string, path: string): Promise<boolean> {
    const was = state.entries.get(id) ?? state.removed.get(id);
    if (was === undefined) return false;
    try {
      const { folderId, title, version } = await client.document.restore.mutate({ id });
      await writeDocument(id, { folderId, title, version }, path);
    } catch (error) {
      if (!isReason(error, "NOT_FOUND")) throw error;
      return false; // purged or not accessible
    }
    state.removed.delete(id);
    recordBase(id, path, was.version, was);
    await send(id, path);
    return true;
  }

  /** Moves and renames a document. @returns Its new version. @throws if the document has changed since `is`. */
  async function writeDocument(
    id: string,
    is: { folderId: string | null; title: string; version: number },
    path: string,
  ): Promise<number> {
    let { version } = is;
    const folderId = await remote.ensureFolder(toParentPath(path));
    if (folderId !== is.folderId) {
      ({ version } = await client.document.move.mutate({ id, folderId, expectedVersion: version }));
    }
    const title = toTitle(toBaseName(path));
    if (title !== is.title) {
      ({ version } = await client.document.update.mutate({ id, title, expectedVersion: version }));
    }
    return version;
  }

  async function download({ id, path }: { id: string; path: string }): Promise<void> {
    const { content, version } = await texts.read(id);
    const { text, ...onDisk } = await renderForDisk(id, path, content);
    await disk.write(path, text, null);
    recordBase(id, path, version, onDisk);
    remote.setVersion(id, version);
    state.removed.delete(id);
    report.received.created += 1;
  }

  async function reconcile({ id, path }: StepOf<"reconcile">): Promise<void> {
    const mine = hashText(await disk.read(path));
    const { hash, version, aliases } = requireListed(sides, id);
    if (mine === hash && aliases === undefined) return recordBase(id, path, version, { hash });
    const { content, version: newest } = await texts.read(id);
    const { text: _, ...onDisk } = await renderForDisk(id, path, content);
    if (mine === onDisk.hash) {
      remote.setVersion(id, newest);
      return recordBase(id, path, newest, onDisk);
    }
    assertCanKeepBoth(direction);
    await keepLocalFile(disk, report, path);
    await download({ id, path });
  }

  async function update({ id, from, path, move, text, matchesRemote }: StepOf<"update">): Promise<void> {
    const before = requireBaseState(state, id);
    const there = requireListed(sides, id);
    let version = matchesRemote ? there.version : before.version;
    const isAlike = matchesRemote && text === null && there.hash !== null && before.relinked === undefined;
    const onDisk = isAlike ? { hash: there.hash ?? before.hash } : before;
    if (move === "here") {
      await disk.move(from, path);
      report.received.moved += 1;
    } else if (move === "there") {
      const newVersion = await moveThere(id, there, path);
      if (matchesRemote) version = newVersion;
      report.sent.moved += 1;
    }
    recordBase(id, path, version, onDisk);
    if (text === "send") await send(id, path);
    if (text === "fetch") await fetchText(id, path);
  }

  async function moveThere(id: string, { path: now, version }: RemoteEntry, path: string): Promise<number> {
    let newVersion = version;
    if (toParentPath(path) !== toParentPath(now)) {
      const folderId = await remote.ensureFolder(toParentPath(path));
      ({ version: newVersion } = await client.document.move.mutate({
        id,
        folderId,
        expectedVersion: newVersion,
      }));
    }
    const title = toTitle(toBaseName(path));
    if (title !== toTitle(toBaseName(now))) {
      ({ version: newVersion } = await client.document.update.mutate({
        id,
        title,
        expectedVersion: newVersion,
      }));
    }
    return newVersion;
  }

  async function send(id: string, path: string): Promise<void> {
    const before = requireBaseState(state, id);
    const written = await disk.read(path);
    const hash = hashText(written);
    if (hash === before.hash) return;
    const text = await restoreFromDisk(written, before.relinked?.spellings ?? []);
    const textHash = hashText(text);
    if (textHash === before.relinked?.hash) {
      // Only the spelling of links differs.
      return recordBase(id, path, before.version, await replace(id, path, text, hash));
    }
    const {
      content: merged,
      version,
      conflicts,
    } = await client.document.applyText.mutate({
      id,
      baseVersion: before.version,
      text,
      // The same text on the same base is the same write, even if a killed run did not record the response.
      idempotencyKey: hashText(`${id} ${before.version} ${textHash}`),
    });
    // Keys without the read scope do not receive the merged text.
    const content = merged ?? text;
    const onDisk = await replace(id, path, content, hash);
    if (content !== text) report.merged.push(path);
    report.conflicts.push(...conflicts.map(({ line }) => ({ path, line })));
    recordBase(id, path, version, onDisk);
    remote.setVersion(id, version);
    report.sent.updated += 1;
  }

  async function fetchText(id: string, path: string): Promise<void> {
    const before = requireBaseState(state, id);
    const { content, version } = await texts.read(id);
    const onDisk = await replace(id, path, content, before.hash);
    // Possibly only the title has changed.
    if (onDisk.hash !== before.hash) report.received.updated += 1;
    recordBase(id, path, version, onDisk);
    remote.setVersion(id, version);
  }

  async function remove({ id, path, side }: StepOf<"remove">): Promise<void> {
    if (side === "here") {
      await disk.remove(path, requireBaseState(state, id).hash);
      report.received.deleted += 1;
    } else {
      await client.document.delete.mutate({ id, expectedVersion: requireListed(sides, id).version });
      report.sent.deleted += 1;
    }
    recordRemoved(state, id);
  }

  async function restore({ id, path }: StepOf<"restore">): Promise<void> {
    if (await restoreFromTrash(id, path)) return;
    state.entries.delete(id);
    await upload({ path, restores: null });
  }

  return async ({ step }) => {
    switch (step.type) {
      case "upload":
        return upload(step);
      case "download":
        return download(step);
      case "reconcile":
        return reconcile(step);
      case "update":
        return update(step);
      case "remove":
        return remove(step);
      case "restore":
        return restore(step);
      case "untrack":
        recordRemoved(state, step.id);
    }
  };
}
