import { type Client, everyItem, isReason } from "@mdreader/client";

import { assignNames, type NameRules } from "../transfer/names.ts";
import type { RemoteDocument } from "./plan.ts";
import type { Binding } from "./state.ts";

/** A file of the workspace that is no Markdown. */
export interface RemoteFile {
  id: string;
  path: string;
  /** SHA-256 of its bytes. */
  hash: string;
}

/** The workspace's folder as it was when it was last listed, with what has been heard and done since. */
export interface RemoteTree {
  /** Lists all of it anew. */
  list(): Promise<void>;
  documents(): RemoteDocument[];
  /** The other files, by path. */
  files(): ReadonlyMap<string, RemoteFile>;
  /** Notes that a document has reached a version. @returns Whether it is one of these. */
  reached(id: string, version: number): boolean;
  /** The id of the folder at a path, made where it is missing; null is the top. */
  folderAt(path: string): Promise<string | null>;
  /** Where a file at a path belongs: the deepest folder that there is, and the rest of the path. */
  placeOf(path: string): { folderId: string | null; path: string };
  /** Deletes the folder at a path, and then those above it, as far as nothing is in them any more. */
  pruneFolders(path: string): Promise<void>;
}

const limit = 100;

/** @param rules What the disk that the folder is on makes of names. */
export function remoteTree(client: Client, { workspaceId, folderId }: Binding, rules: NameRules): RemoteTree {
  let documents = new Map<string, RemoteDocument>();
  /** Ids by path; that of the top is what was asked for. */
  let folders = new Map<string, string | null>([["", folderId]]);
  let files = new Map<string, RemoteFile>();
  const making = new Map<string, Promise<string | null>>();

  async function list() {
    const [found, all, others] = await Promise.all([listFolders(), listDocuments(), listFiles()]);
    const paths = new Map<string, RemoteDocument>();
    const places = new Map<string, string | null>([["", folderId]]);
    const inFolder = Map.groupBy(all, (document) => document.folderId);
    const visit = (path: string, id: string | null) => {
      const children = found.get(id) ?? [];
      const own = inFolder.get(id) ?? [];
      const names = assignNames(
        [
          ...children.map((child) => ({ ...child, kind: "folder" as const })),
          ...own.map((document) => ({ id: document.id, kind: "document" as const, name: document.title })),
        ],
        rules,
      );
      const below = path === "" ? "" : `${path}/`;
      for (const { id: documentId, version } of own) {
        paths.set(documentId, {
          id: documentId,
          path: `${below}${names.get(documentId) ?? documentId}`,
          version,
        });
      }
      for (const child of children) {
        const childPath = `${below}${names.get(child.id) ?? child.id}`;
        places.set(childPath, child.id);
        visit(childPath, child.id);
      }
    };
    visit("", folderId);
    documents = paths;
    folders = places;
    const pathsOfFolders = new Map([...places].map(([path, id]) => [id, path]));
    files = new Map(
      others.flatMap((file) => {
        const folder = pathsOfFolders.get(file.folderId);
        if (folder === undefined) return [];
        const path = folder === "" ? file.path : `${folder}/${file.path}`;
        return [[path, { id: file.id, path, hash: file.hash }] as const];
      }),
    );
  }

  /** All folders below, by their parent. The tree is read level by level, each level at once. */
  async function listFolders() {
    const found = new Map<string | null, { id: string; name: string }[]>();
    let level: (string | null)[] = [folderId];
    while (level.length > 0) {
      const children = await Promise.all(
        level.map(async (id) => {
          const own = await foldersIn(id);
          found.set(id, own);
          return own.map((child) => child.id);
        }),
      );
      level = children.flat();
    }
    return found;
  }

  async function foldersIn(id: string | null) {
    const found = [];
    const pages = everyItem((cursor) =>
      client.document.tree.query({ workspaceId, folderId: id, cursor, limit }),
    );
    for await (const node of pages) {
      if (node.kind === "document") break; // folders come first
      found.push({ id: node.id, name: node.name });
    }
    return found;
  }

  const listDocuments = () =>
    Array.fromAsync(everyItem((cursor) => client.document.list.query({ workspaceId, cursor, limit })));

  const listFiles = () =>
    Array.fromAsync(everyItem((cursor) => client.file.list.query({ workspaceId, cursor, limit })));

  async function make(path: string): Promise<string | null> {
    const end = path.lastIndexOf("/");
    const parentId = await folderAt(end === -1 ? "" : path.slice(0, end));
    const name = path.slice(end + 1);
    try {
      const { id } = await client.document.folder.create.mutate({ workspaceId, parentId, name });
      folders.set(path, id);
      return id;
    } catch (error) {
      // Someone else was quicker: then it is there now.
      if (!isReason(error, "FOLDER_NAME_TAKEN")) throw error;
      const quicker = (await foldersIn(parentId)).find((folder) => folder.name === name);
      if (quicker === undefined) throw error;
      folders.set(path, quicker.id);
      return quicker.id;
    }
  }

  function folderAt(path: string): Promise<string | null> {
    const known = folders.get(path);
    if (known !== undefined) return Promise.resolve(known);
    const made = making.get(path) ?? make(path).finally(() => making.delete(path));
    making.set(path, made);
    return made;
  }

  return {
    list,
    documents: () => [...documents.values()],
    reached(id, version) {
      const document = documents.get(id);
      if (document === undefined) return false;
      document.version = Math.max(document.version, version);
      return true;
    },
    files: () => files,
    folderAt,
    placeOf(path) {
      for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
        const id = folders.get(path.slice(0, end));
        if (id !== undefined) return { folderId: id, path: path.slice(end + 1) };
      }
      return { folderId, path };
    },
    async pruneFolders(path) {
      for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
        const id = folders.get(at);
        if (id === undefined || id === null) continue;
        const { items } = await client.document.tree.query({ workspaceId, folderId: id, limit: 1 });
        if (items.length > 0) return;
        await client.document.folder.delete.mutate({ id });
        folders.delete(at);
      }
    },
  };
}
