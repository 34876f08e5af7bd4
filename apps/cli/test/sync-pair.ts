import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { everyItem, type RouterOutputs } from "@mdreader/client";
import { stateFileName } from "@mdreader/contract/synced-paths";

import type { SyncReport } from "../src/sync/report.ts";
import type { Running } from "./command-line.ts";
import { type Files, readFolder, writeFolder } from "./folder.ts";
import type { MachineUser } from "./user.ts";

/** A workspace, and a folder synced with it. */
export interface SyncPair {
  workspaceId: string;
  folder: string;
  sync(...more: string[]): Promise<SyncReport>;
  /** Starts `sync --watch`. */
  watch(...more: string[]): Running;
  /** Another folder synced with the same workspace, as on another machine. */
  another(): Promise<SyncPair>;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  /** The files of the folder as text, without the state file. */
  files(): Promise<Record<string, string>>;
  /** The document with this title in the workspace. */
  document(title: string): Promise<RouterOutputs["document"]["get"]>;
  /** The IDs of the workspace's documents, by the paths of their files. */
  documentIds(): Promise<Record<string, string>>;
  /** The titles of the workspace's documents, sorted. */
  titles(): Promise<string[]>;
  /** The paths of the workspace's files, relative to their folders, sorted. */
  filePaths(): Promise<string[]>;
  /** The names of the items in the trash, sorted. */
  trash(): Promise<string[]>;
  /** Uploads a file to the workspace. */
  upload(path: string, bytes: string | Buffer): Promise<void>;
}

/** Writes files to a new folder of the machine, and syncs it. @param workspaceId Default: a new workspace. */
export async function createSyncPair(
  user: Pick<MachineUser, "client" | "machine">,
  files: Files = {},
  workspaceId?: string,
): Promise<SyncPair> {
  const { client, machine } = user;
  const id = workspaceId ?? (await client.workspace.create.mutate({ name: "Notes" })).id;
  const folder = await machine.createFolder(files);
  const ofWorkspace = { workspaceId: id, limit: 100 };
  const sync = (...more: string[]) => machine.json<SyncReport>(["sync", folder, "--workspace", id, ...more]);
  await sync();
  return {
    workspaceId: id,
    folder,
    sync,
    watch: (...more) => machine.start(["sync", folder, "--watch", "--json", ...more]),
    another: () => createSyncPair(user, {}, id),
    write: (path, text) => writeFolder(folder, { [path]: text }),
    read: (path) => readFile(join(folder, path), "utf8"),
    async files() {
      const { [stateFileName]: _, ...found } = await readFolder(folder);
      return Object.fromEntries(
        Object.entries(found).map(([path, bytes]) => [path, Buffer.from(bytes, "base64").toString()]),
      );
    },
    async document(title) {
      const { items } = await client.document.list.query(ofWorkspace);
      const found = items.find((item) => item.title === title);
      if (found === undefined) throw new Error(`There is no ${title}.`);
      return client.document.get.query({ id: found.id });
    },
    async documentIds() {
      const contents = everyItem(async (cursor) =>
        client.workspace.contents.query({ workspaceId: id, cursor: cursor ?? null }),
      );
      const items = await Array.fromAsync(contents);
      const folders = new Map(items.flatMap((item) => (item.kind === "folder" ? [[item.id, item]] : [])));
      const pathOf = (parent: string | null, name: string): string => {
        const found = folders.get(parent ?? "");
        return found === undefined ? name : `${pathOf(found.folderId, found.name)}/${name}`;
      };
      const documents = items.filter(({ kind }) => kind === "document");
      return Object.fromEntries(documents.map((one) => [pathOf(one.folderId, `${one.name}.md`), one.id]));
    },
    async titles() {
      const documents = everyItem(async (cursor) =>
        client.document.list.query({ ...ofWorkspace, cursor: cursor ?? null }),
      );
      return (await Array.fromAsync(documents)).map(({ title }) => title).toSorted();
    },
    async filePaths() {
      const { items } = await client.file.list.query(ofWorkspace);
      return items.map(({ path }) => path).toSorted();
    },
    async trash() {
      const { items } = await client.document.trash.query(ofWorkspace);
      return items.map(({ name }) => name).toSorted();
    },
    async upload(path, bytes) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      await client.uploadFile(id, new Blob([bytes]), { name, path, onConflict: "replace" });
    },
  };
}

export const nothing = { created: 0, updated: 0, moved: 0, deleted: 0 };

/** Options of a sync in this process that does everything and asks nothing. */
export const unattended = {
  direction: "both",
  progress: { total: 0, step: () => {}, end: () => {} },
  mayDelete: () => Promise.resolve(true),
} as const;
