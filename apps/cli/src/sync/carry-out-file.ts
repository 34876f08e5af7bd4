import { bytesOf } from "../transfer/attachments.ts";
import { Unfit } from "../transfer/markdown-file.ts";
import type { Sides } from "./carry-out.ts";
import { moveAside, nameOf } from "./disk.ts";
import type { Direction, Step } from "./plan.ts";
import type { SyncReport } from "./report.ts";

/**
 * Carries out steps for files that are no Markdown, such as pictures. They go by their path, and can't be merged: where both
 * sides have changed one, both are kept.
 */
export function fileCarrierOf(
  { client, disk, remote, state }: Sides,
  direction: Direction,
  report: SyncReport,
): (step: Step) => Promise<void> {
  const { workspaceId } = state.binding;

  async function send(path: string, onTaken: "rename" | "replace"): Promise<void> {
    const place = remote.placeOf(path);
    const { hash } = await client.uploadFile(workspaceId, await disk.open(path), {
      ...place,
      name: nameOf(path),
      onTaken,
    });
    state.files.set(path, hash);
  }

  /** @param expected The hash of what is in the folder; null where nothing is. */
  async function fetchInto(path: string, expected: string | null): Promise<void> {
    const file = there(path);
    await disk.receive(path, await bytesOf(client, file.id), expected);
    state.files.set(path, file.hash);
  }

  const there = (path: string) => {
    const file = remote.files().get(path);
    if (file === undefined) throw new Error(`There is no file at ${path}.`);
    return file;
  };

  async function keepBoth(path: string): Promise<void> {
    const as = await moveAside(disk, path, "mine");
    report.kept.push({ path, as });
    await fetchInto(path, null);
    report.received.created += 1;
  }

  async function meet(path: string): Promise<void> {
    const { hash } = there(path);
    if (state.files.get(path) === hash) return;
    if ((await disk.hash(path)) === hash) state.files.set(path, hash);
    else if (direction === "both") await keepBoth(path);
    else throw new Unfit("is on both sides, and differs; `sync` keeps both");
  }

  async function update({ id, path, move, text }: Extract<Step, { kind: "update" }>): Promise<void> {
    const before = state.files.get(id) ?? null;
    if (move === "there") {
      await send(path, "rename");
      await client.file.delete.mutate({ id: there(id).id });
      state.files.delete(id);
      report.sent.moved += 1;
    }
    if (text === "fetch") {
      await fetchInto(path, before);
      report.received.updated += 1;
    } else if (text === "send") {
      if (there(id).hash !== before) return keepBoth(path);
      await send(path, "replace");
      report.sent.updated += 1;
    }
  }

  return async (step) => {
    switch (step.kind) {
      case "add":
      case "revive":
        await send(step.path, "rename");
        report.sent.created += 1;
        return;
      case "take":
        await fetchInto(step.path, null);
        report.received.created += 1;
        return;
      case "meet":
        return meet(step.path);
      case "update":
        return update(step);
      case "remove":
        if (step.side === "here") {
          await disk.remove(step.path, state.files.get(step.id) ?? "");
          report.received.deleted += 1;
        } else {
          await client.file.delete.mutate({ id: there(step.path).id });
          report.sent.deleted += 1;
        }
        state.files.delete(step.id);
        return;
      case "forget":
        state.files.delete(step.id);
    }
  };
}
