import { isReason } from "@mdreader/client";

import { downloadFile } from "../transfer/download.ts";
import { assertCanKeepBoth, keepLocalFile } from "./conflict-copy.ts";
import {
  requireBaseState,
  type StepExecutor,
  requireListed,
  recordRemoved,
  type SyncEndpoints,
} from "./execute-documents.ts";
import { FileChangedError } from "./local-file-system.ts";
import { toBaseName } from "./names.ts";
import type { Direction, StepOf } from "./plan.ts";
import type { SyncReport } from "./report.ts";

/**
 * Executes steps for files other than Markdown, such as images. They can't be merged: if both sides changed one, both
 * versions are kept. Files in the workspace are immutable: a replacement is a new file.
 */
export function createFileExecutor(
  sides: SyncEndpoints,
  direction: Direction,
  report: SyncReport,
): StepExecutor {
  const { client, disk, remote, state } = sides;
  const { workspaceId } = state.target;
  const recordBase = (id: string, path: string, hash: string) =>
    void state.entries.set(id, { kind: "file", path, version: 0, hash });

  /**
   * @param expectedHash The hash of the file to replace; null if there must be none.
   * @param place The location of that file.
   */
  async function send(
    path: string,
    expectedHash: string | null,
    place = remote.resolvePlace(path),
  ): Promise<string> {
    try {
      const { id, hash } = await client.uploadFile(workspaceId, await disk.open(path), {
        ...place,
        name: toBaseName(path),
        onConflict: "replace",
        expectedHash,
      });
      recordBase(id, path, hash);
      return id;
    } catch (error) {
      // A file that was removed or changed while it was read.
      if (error instanceof DOMException && error.name === "NotReadableError")
        throw new FileChangedError(path);
      throw error;
    }
  }

  /** @param expected The hash of the current file in the folder; null if there is none. */
  async function fetchInto(id: string, path: string, expected: string | null): Promise<void> {
    const { hash } = requireListed(sides, id);
    const file = { id, hash: hash ?? "" };
    await disk.receive(path, (open) => downloadFile(client, file, open), expected);
    recordBase(id, path, file.hash);
    state.removed.delete(id);
  }

  async function upload({ path, restores }: StepOf<"upload">): Promise<void> {
    if (restores === null || !(await restoreFromTrash(restores, path))) await send(path, null);
    report.sent.created += 1;
  }

  /** Restores a file from the trash. @returns Whether it was found with the bytes of the local file. */
  async function restoreFromTrash(id: string, path: string): Promise<boolean> {
    const was = state.removed.get(id);
    if (was === undefined || (await disk.hash(path)) !== was.hash) return false;
    try {
      const { folderId, path: at } = await client.file.restore.mutate({ id });
      const place = remote.resolvePlace(path);
      if (place.folderId !== folderId || place.path !== at) await client.file.move.mutate({ id, ...place });
    } catch (error) {
      if (!isReason(error, "NOT_FOUND", "BAD_INPUT")) throw error;
      return false; // purged, or deleted with its folder or document
    }
    state.removed.delete(id);
    recordBase(id, path, was.hash);
    return true;
  }

  async function keepBoth(id: string, path: string): Promise<void> {
    await keepLocalFile(disk, report, path);
    await fetchInto(id, path, null);
    report.received.created += 1;
  }

  async function reconcile({ id, path }: StepOf<"reconcile">): Promise<void> {
    const { hash } = requireListed(sides, id);
    if (hash !== null && (await disk.hash(path)) === hash) return recordBase(id, path, hash);
    assertCanKeepBoth(direction);
    await keepBoth(id, path);
  }

  async function update(step: StepOf<"update">, exchanges: boolean): Promise<void> {
    const { id, from, path, move, text, matchesRemote } = step;
    const before = requireBaseState(state, id);
    const there = requireListed(sides, id);
    if (move === "here") {
      await disk.move(from, path);
      report.received.moved += 1;
    } else if (move === "there") {
      const isItself = await moveThere(step, there.hash ?? "", exchanges);
      report.sent.moved += 1;
      if (!isItself) return;
    }
    recordBase(id, path, matchesRemote ? (there.hash ?? before.hash) : before.hash);
    if (text === "fetch") {
      await fetchInto(id, path, before.hash);
      report.received.updated += 1;
    } else if (text === "send") {
      if (there.hash !== before.hash) return keepBoth(id, path);
      if ((await send(path, before.hash, move === "there" ? undefined : there.place)) !== id)
        state.entries.delete(id); // replaced by a new file
      report.sent.updated += 1;
    }
  }

  /** @returns Whether the file keeps its ID. An attachment can't leave its document's folder, so a copy replaces it. */
  async function moveThere(
    { id, path }: StepOf<"update">,
    expectedHash: string,
    exchanges: boolean,
  ): Promise<boolean> {
    const onConflict = exchanges ? "exchange" : "rename";
    try {
      await client.file.move.mutate({ id, ...remote.resolvePlace(path), onConflict, expectedHash });
      return true;
    } catch (error) {
      if (!isReason(error, "BAD_INPUT")) throw error;
    }
    await send(path, null);
    await deleteThere(id, expectedHash);
    state.entries.delete(id);
    return false;
  }

  async function remove({ id, path, side }: StepOf<"remove">): Promise<void> {
    const { hash } = requireBaseState(state, id);
    if (side === "here") {
      await disk.remove(path, hash);
      report.received.deleted += 1;
    } else {
      await deleteThere(id, hash);
      report.sent.deleted += 1;
    }
    recordRemoved(state, id);
  }

  async function deleteThere(id: string, expectedHash: string): Promise<void> {
    try {
      await client.file.delete.mutate({ id, expectedHash });
    } catch (error) {
      // Deleted with its document, or replaced by another file: the next listing shows which.
      if (!isReason(error, "NOT_FOUND")) throw error;
    }
  }

  return async ({ step, swaps }) => {
    switch (step.type) {
      case "upload":
        return upload(step);
      case "restore":
        if ((await send(step.path, null)) !== step.id) state.entries.delete(step.id);
        report.sent.created += 1;
        return;
      case "download":
        await fetchInto(step.id, step.path, null);
        report.received.created += 1;
        return;
      case "reconcile":
        return reconcile(step);
      case "update":
        return update(step, swaps);
      case "remove":
        return remove(step);
      case "untrack":
        recordRemoved(state, step.id);
    }
  };
}
