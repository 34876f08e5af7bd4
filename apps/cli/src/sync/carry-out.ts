import { type Client, isReason } from "@mdreader/client";

import { Unfit } from "../transfer/markdown-file.ts";
import { titleOf } from "../transfer/names.ts";
import { type Disk, folderOf, moveAside, nameOf } from "./disk.ts";
import { hashOf } from "./local.ts";
import type { Agreed, Direction, Step } from "./plan.ts";
import type { RemoteTree } from "./remote.ts";
import type { SyncReport } from "./report.ts";
import type { SyncState } from "./state.ts";

export interface Sides {
  client: Client;
  disk: Disk;
  remote: RemoteTree;
  state: SyncState;
}

type Of<Kind extends Step["kind"]> = Extract<Step, { kind: Kind }>;

/** Carries out steps of a plan. Each can be killed at any moment and done again. */
export interface Carrier {
  /** @throws Touched where something has changed since the plan was made: then a new one is needed. */
  carryOut(step: Step): Promise<void>;
  /** Gives a document's file another name beside its own for a while: another file waits for this one. */
  makeWay(id: string): Promise<void>;
}

export function carrierOf(
  { client, disk, remote, state }: Sides,
  direction: Direction,
  report: SyncReport,
): Carrier {
  const { workspaceId } = state.binding;

  async function add({ path }: { path: string }): Promise<void> {
    const content = await disk.read(path);
    const folderId = await remote.folderAt(folderOf(path));
    const title = titleOf(nameOf(path));
    const { id, version } = await client.document.create.mutate({ workspaceId, folderId, title, content });
    state.documents.set(id, { path, version, hash: hashOf(content) });
    report.sent.created += 1;
  }

  async function take({ id, path }: { id: string; path: string }): Promise<void> {
    const { content, version } = await client.document.get.query({ id });
    await disk.write(path, content, null);
    state.documents.set(id, { path, version, hash: hashOf(content) });
    report.received.created += 1;
  }

  async function meet({ id, path }: Of<"meet">): Promise<void> {
    const [mine, { content, version }] = await Promise.all([
      disk.read(path),
      client.document.get.query({ id }),
    ]);
    if (mine === content) {
      state.documents.set(id, { path, version, hash: hashOf(content) });
    } else if (direction === "both") {
      const as = await moveAside(disk, path, "mine");
      report.kept.push({ path, as });
      await take({ id, path });
    } else {
      throw new Unfit("is on both sides, and differs; `sync` keeps both");
    }
  }

  async function update({ id, from, path, move, text }: Of<"update">): Promise<void> {
    let before = agreedOn(id);
    if (move === "here") {
      await disk.move(from, path);
      before = { ...before, path };
      report.received.moved += 1;
    } else if (move === "there") {
      before = await moveThere(id, before, path);
      report.sent.moved += 1;
    }
    state.documents.set(id, before);
    if (text === "send") await send(id, before, path);
    if (text === "fetch") await fetch(id, before, path);
  }

  async function moveThere(id: string, before: Agreed, path: string): Promise<Agreed> {
    let { version } = before;
    /** A version that comes right after the one agreed on has its text; another one may have more. */
    const follow = (reached: number) => {
      if (reached === version + 1) version = reached;
    };
    if (folderOf(path) !== folderOf(before.path)) {
      const folderId = await remote.folderAt(folderOf(path));
      follow((await client.document.move.mutate({ id, folderId })).version);
    }
    const title = titleOf(nameOf(path));
    if (title !== titleOf(nameOf(before.path))) {
      follow((await client.document.update.mutate({ id, title })).version);
    }
    await remote.pruneFolders(folderOf(before.path));
    return { ...before, path, version };
  }

  async function send(id: string, before: Agreed, path: string): Promise<void> {
    const text = await disk.read(path);
    const hash = hashOf(text);
    const {
      content: merged,
      version,
      overlaps,
    } = await client.document.applyText.mutate({
      id,
      baseVersion: before.version,
      text,
      // The same text on the same base is the same write, also from a run that was killed before it noted the answer.
      idempotencyKey: hashOf(`${id} ${before.version} ${hash}`),
    });
    // A key that may not read is not told what came of it.
    const content = merged ?? text;
    if (content !== text) {
      await disk.write(path, content, hash);
      report.merged.push(path);
    }
    report.overlaps.push(...overlaps.map(({ line }) => ({ path, line })));
    state.documents.set(id, { path, version, hash: hashOf(content) });
    remote.reached(id, version);
    report.sent.updated += 1;
  }

  async function fetch(id: string, before: Agreed, path: string): Promise<void> {
    const { content, version } = await client.document.get.query({ id });
    const hash = hashOf(content);
    // It may be the title alone that has changed.
    if (hash !== before.hash) {
      await disk.write(path, content, before.hash);
      report.received.updated += 1;
    }
    state.documents.set(id, { path, version, hash });
    remote.reached(id, version);
  }

  async function remove({ id, path, side }: Of<"remove">): Promise<void> {
    if (side === "here") {
      await disk.remove(path, agreedOn(id).hash);
      report.received.deleted += 1;
    } else {
      await client.document.delete.mutate({ id });
      report.sent.deleted += 1;
      await remote.pruneFolders(folderOf(path));
    }
    state.documents.delete(id);
  }

  async function revive({ id, path }: Of<"revive">): Promise<void> {
    try {
      await client.document.restore.mutate({ id });
    } catch (error) {
      if (!isReason(error, "NOT_FOUND")) throw error;
      // It was purged, or is out of reach: the text becomes a document of its own.
      state.documents.delete(id);
      return add({ path });
    }
    await send(id, agreedOn(id), path);
  }

  function agreedOn(id: string): Agreed {
    const agreed = state.documents.get(id);
    if (agreed === undefined) throw new Error(`Nothing was agreed on about ${id}.`);
    return agreed;
  }

  return {
    async makeWay(id) {
      const before = agreedOn(id);
      state.documents.set(id, { ...before, path: await moveAside(disk, before.path, "moving") });
    },
    async carryOut(step) {
      switch (step.kind) {
        case "add":
          return add(step);
        case "take":
          return take(step);
        case "meet":
          return meet(step);
        case "update":
          return update(step);
        case "remove":
          return remove(step);
        case "revive":
          return revive(step);
        case "forget":
          state.documents.delete(step.id);
      }
    },
  };
}
