import { type Client, isReason } from "@mdreader/client";

import { assignNames, foldCase, type NameRules, toSafeFileName } from "../transfer/names.ts";
import type { Problem } from "../transfer/report.ts";
import type { ContentsItem, Listing } from "./listing.ts";
import type { Kind, RemoteEntry } from "./plan.ts";
import type { SyncTarget } from "./state.ts";

/** The workspace folder as of its last listing, with later events and own changes. */
export interface RemoteTree {
  /** Requests the changes. */
  refresh(): Promise<void>;
  entries(): readonly RemoteEntry[];
  find(id: string): RemoteEntry | undefined;
  /** Files that can't be written because their path is already in use. */
  problems(): readonly Problem[];
  /** Whether the synced workspace folder no longer exists. */
  isGone(): boolean;
  /** Records a newer version of a document. @returns Whether the document is in this folder. */
  setVersion(id: string, version: number): boolean;
  /** The ID of the folder at a path, created if missing; null is the top. */
  ensureFolder(path: string): Promise<string | null>;
  hasFolder(path: string): boolean;
  /** The deepest existing folder of a path, and the rest of the path. */
  resolvePlace(path: string): { folderId: string | null; path: string };
  /** Deletes the folder at a path and its parents, as long as they are empty and `mayGo` allows it. */
  pruneFolders(path: string, mayGo: (path: string) => Promise<boolean>): Promise<void>;
}

interface View {
  entries: RemoteEntry[];
  byId: Map<string, RemoteEntry>;
  /** IDs by path; the empty path is the synced folder. */
  folders: Map<string, string | null>;
  problems: Problem[];
}

/** @param rules The name rules of the folder's disk. */
export function createRemoteTree(
  client: Client,
  listing: Listing,
  { workspaceId, folderId: top }: SyncTarget,
  rules: NameRules,
): RemoteTree {
  let view: View | null = null;
  const making = new Map<string, Promise<string | null>>();
  const current = (): View => (view ??= createView([...listing.items.values()], top, rules));

  async function createFolder(path: string): Promise<string | null> {
    const end = path.lastIndexOf("/");
    const parentId = await findOrCreateFolder(end === -1 ? "" : path.slice(0, end));
    const name = path.slice(end + 1);
    try {
      const { id } = await client.document.folder.create.mutate({ workspaceId, parentId, name });
      current().folders.set(path, id);
      return id;
    } catch (error) {
      // Another client has created it meanwhile.
      if (!isReason(error, "FOLDER_NAME_TAKEN")) throw error;
      const { items } = await client.document.tree.query({ workspaceId, folderId: parentId, limit: 100 });
      const quicker = items.find((node) => node.kind === "folder" && node.name === name);
      if (quicker === undefined) throw error;
      current().folders.set(path, quicker.id);
      return quicker.id;
    }
  }

  function findOrCreateFolder(path: string): Promise<string | null> {
    const known = current().folders.get(path);
    if (known !== undefined) return Promise.resolve(known);
    const made = making.get(path) ?? createFolder(path).finally(() => making.delete(path));
    making.set(path, made);
    return made;
  }

  return {
    async refresh() {
      if (await listing.refresh()) view = null;
    },
    entries: () => current().entries,
    find: (id) => current().byId.get(id),
    problems: () => current().problems,
    isGone: () => top !== null && listing.items.get(top)?.kind !== "folder",
    setVersion(id, version) {
      if (!listing.setVersion(id, version)) return false;
      const entry = current().byId.get(id);
      const item = listing.items.get(id);
      if (entry !== undefined && item !== undefined)
        Object.assign(entry, { version: item.version, hash: item.hash });
      return entry !== undefined;
    },
    ensureFolder: findOrCreateFolder,
    hasFolder: (path) => current().folders.has(path),
    resolvePlace(path) {
      for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
        const id = current().folders.get(path.slice(0, end));
        if (id !== undefined) return { folderId: id, path: path.slice(end + 1) };
      }
      return { folderId: top, path };
    },
    async pruneFolders(path, mayGo) {
      for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
        const id = current().folders.get(at);
        if (id === undefined || id === null) continue;
        if (!(await mayGo(at))) return;
        try {
          await client.document.folder.delete.mutate({ id, onlyIfEmpty: true });
        } catch (error) {
          if (isReason(error, "FOLDER_NOT_EMPTY")) return;
          if (!isReason(error, "NOT_FOUND")) throw error;
        }
        current().folders.delete(at);
      }
    },
  };
}

/** Assigns paths to all contents of a workspace folder. Documents and folders take precedence over files. */
function createView(items: readonly ContentsItem[], top: string | null, rules: NameRules): View {
  const inside = Map.groupBy(items, ({ folderId }) => folderId);
  const entries: RemoteEntry[] = [];
  const folders = new Map<string, string | null>([["", top]]);
  const files: { path: string; item: ContentsItem }[] = [];
  const visit = (path: string, id: string | null) => {
    const children = inside.get(id) ?? [];
    const named = children.flatMap(({ kind, ...rest }) => (kind === "file" ? [] : [{ ...rest, kind }]));
    const names = assignNames(named, rules);
    const below = path === "" ? "" : `${path}/`;
    for (const item of children) {
      const at = `${below}${item.kind === "file" ? item.name : (names.get(item.id) ?? item.id)}`;
      if (item.kind === "file") files.push({ path: at, item });
      else if (item.kind === "document") entries.push(toEntry("document", at, item));
      else {
        folders.set(at, item.id);
        visit(at, item.id);
      }
    }
  };
  visit("", top);
  const problems: Problem[] = [];
  const leaves = new Set(entries.map(({ path }) => foldCase(path, rules)));
  const branches = new Set([...folders.keys()].map((path) => foldCase(path, rules)));
  for (const { path, item } of files.toSorted((a, b) => (a.item.id < b.item.id ? -1 : 1))) {
    const names = path.split("/");
    const above = names.slice(1).map((_, index) => foldCase(names.slice(0, index + 1).join("/"), rules));
    const key = foldCase(path, rules);
    const isTaken = leaves.has(key) || branches.has(key) || above.some((one) => leaves.has(one));
    if (isTaken) problems.push({ path, message: "can't be written: the name is already in use" });
    else if (names.some((name) => toSafeFileName(name, rules) !== name)) {
      problems.push({ path, message: "its name isn't valid on this disk" });
    } else {
      leaves.add(key);
      for (const one of above) branches.add(one);
      entries.push(toEntry("file", path, item));
    }
  }
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  setAliases(items, byId);
  return { entries, byId, folders, problems };
}

/** Sets the aliases of each document: the paths of its attachments renamed because of a conflict. */
function setAliases(items: readonly ContentsItem[], byId: ReadonlyMap<string, RemoteEntry>): void {
  const aliased = items.flatMap(({ id, alias }) => {
    const path = byId.get(id)?.path;
    return alias === null || path === undefined ? [] : [{ ...alias, now: path }];
  });
  for (const [documentId, aliases] of Map.groupBy(aliased, (one) => one.documentId)) {
    const document = byId.get(documentId);
    if (document === undefined) continue;
    document.aliases = aliases
      .map(({ path, now }) => JSON.stringify([path, now]))
      .toSorted()
      .join("\n");
  }
}

const toEntry = (kind: Kind, path: string, item: ContentsItem): RemoteEntry => ({
  kind,
  id: item.id,
  path,
  version: item.version,
  hash: item.hash,
  ...(kind === "file" && { place: { folderId: item.folderId, path: item.name } }),
});
