import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

import { type Client, everyItem, reasonOf } from "@mdreader/client";

import { stateFileName } from "../../src/sync/state.ts";

/**
 * Random changes of a user in a folder and of a colleague in the workspace, and the invariants that must hold afterwards.
 * Every write is a unique word, so that it can be found wherever it ends up.
 */
export interface Model {
  workspaceId: string;
  folder: string;
  /** All words written. */
  written: Set<string>;
  /** Words deleted or overwritten on purpose. */
  removed: Set<string>;
  /** Names given to files and folders. */
  names: Set<string>;
}

const createWord = () => `w${randomUUID().slice(0, 8)}`;
const findWords = (text: string) => text.match(/w[\da-f]{8}/g) ?? [];

function recordWritten(model: Model, path: string, text: string): string {
  for (const one of findWords(text)) model.written.add(one);
  for (const name of path.split("/")) model.names.add(name);
  return text;
}

const recordRemovedWords = (model: Model, text: string) =>
  findWords(text).forEach((one) => model.removed.add(one));

/** Picks one of a list by a number. */
const pick = <Item>(items: readonly Item[], at: number): Item | undefined =>
  items[at % Math.max(1, items.length)];

/** The files of the folder and their contents, sorted by path, without temporary files of killed runs. */
export async function readFiles(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name !== stateFileName && !draft.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .toSorted();
  return new Map(
    paths.flatMap((path) => {
      const content = readIfExists(join(folder, path));
      return content === null ? [] : [[path, content]];
    }),
  );
}

const draft = /^\.mdreader-[\da-f]{8}-[\da-f-]{27}$/;

/** The content of a file; null if it does not exist. */
function readIfExists(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Runs `work` and ignores errors, such as a file or folder in the way. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The act has no effect.
  }
}

/** Acts in the folder. Each is synchronous, so that no sync step interferes. */
export const localActs = {
  async write(model: Model, path: string) {
    const at = join(model.folder, path);
    attempt(() => {
      mkdirSync(dirname(at), { recursive: true });
      const before = readIfExists(at) ?? "";
      // Images are overwritten, texts are appended to.
      if (!path.endsWith(".md")) recordRemovedWords(model, before);
      writeFileSync(at, recordWritten(model, path, `${path.endsWith(".md") ? before : ""}${createWord()}\n`));
    });
  },
  async remove(model: Model, number: number) {
    const path = pick([...(await readFiles(model.folder)).keys()], number);
    if (path === undefined) return;
    recordRemovedWords(model, readIfExists(join(model.folder, path)) ?? "");
    rmSync(join(model.folder, path), { force: true });
  },
  async move(model: Model, number: number, path: string) {
    const files = await readFiles(model.folder);
    const from = pick([...files.keys()], number);
    // A move keeps the kind of the file.
    const goal = join(model.folder, path);
    if (from === undefined || from.endsWith(".md") !== path.endsWith(".md") || existsSync(goal)) return;
    recordWritten(model, path, "");
    attempt(() => {
      mkdirSync(dirname(goal), { recursive: true });
      renameSync(join(model.folder, from), goal);
    });
  },
  /** Rotates the names of two or three files. */
  async rotate(model: Model, number: number, ending: string) {
    const all = [...(await readFiles(model.folder)).keys()].filter((path) => path.endsWith(ending));
    const circle = [...new Set([0, 1, 2].map((offset) => pick(all, number + offset) ?? ""))].filter(Boolean);
    const [first] = circle;
    if (first === undefined || circle.length < 2) return;
    const at = (path: string) => join(model.folder, path);
    if (!circle.every((path) => existsSync(at(path)))) return;
    renameSync(at(first), at(".mdreader-test"));
    for (const [index, path] of circle.slice(1).entries()) renameSync(at(path), at(circle[index] ?? ""));
    renameSync(at(".mdreader-test"), at(circle.at(-1) ?? ""));
  },
  async moveFolder(model: Model, from: string, to: string) {
    recordWritten(model, to, "");
    attempt(() => renameSync(join(model.folder, from), join(model.folder, to)));
  },
};

interface RemoteItems {
  documents: { id: string; title: string; folderId: string | null }[];
  files: { id: string; path: string; folderId: string | null }[];
  folders: { id: string; name: string }[];
}

async function listRemote(client: Client, workspaceId: string): Promise<RemoteItems> {
  const all = await Array.fromAsync(
    everyItem(async (cursor) => client.workspace.contents.query({ workspaceId, cursor: cursor ?? null })),
  );
  const of = (kind: string) =>
    all.filter((item) => item.kind === kind).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return {
    documents: of("document").map(({ id, name, folderId }) => ({ id, title: name, folderId })),
    files: of("file").map(({ id, name, folderId }) => ({ id, path: name, folderId })),
    folders: of("folder").map(({ id, name }) => ({ id, name })),
  };
}

/** Acts of the colleague may be rejected because of concurrent changes or names in use. */
async function attemptRemote(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (reasonOf(error) === null || reasonOf(error) === "INTERNAL") throw error;
  }
}

const toBytes = async (client: Client, id: string) => {
  const { url } = await client.file.downloadUrl.query({ id });
  return (await fetch(client.fileUrl(url))).text();
};

export const remoteActs: Record<
  string,
  (client: Client, model: Model, number: number, name: string) => Promise<void>
> = {
  create: (client, model, number, name) =>
    attemptRemote(async () => {
      const { folders } = await listRemote(client, model.workspaceId);
      const folderId = number % 2 === 0 ? null : (pick(folders, number)?.id ?? null);
      const content = recordWritten(model, `${name}.md`, `${createWord()}\n`);
      await client.document.create.mutate({ workspaceId: model.workspaceId, title: name, folderId, content });
    }),
  edit: (client, model, number) =>
    attemptRemote(async () => {
      const one = pick((await listRemote(client, model.workspaceId)).documents, number);
      if (one === undefined) return;
      const { content, version } = await client.document.get.query({ id: one.id });
      const text = `${content}${createWord()}\n`;
      await client.document.applyText.mutate({ id: one.id, baseVersion: version, text });
      recordWritten(model, "", text);
    }),
  rename: (client, model, number, name) =>
    attemptRemote(async () => {
      const one = pick((await listRemote(client, model.workspaceId)).documents, number);
      recordWritten(model, `${name}.md`, "");
      if (one !== undefined) await client.document.update.mutate({ id: one.id, title: name });
    }),
  move: (client, model, number) =>
    attemptRemote(async () => {
      const { documents, folders } = await listRemote(client, model.workspaceId);
      const one = pick(documents, number);
      const folderId = pick([null, ...folders.map(({ id }) => id)], number + 1) ?? null;
      if (one !== undefined) await client.document.move.mutate({ id: one.id, folderId });
    }),
  remove: (client, model, number) =>
    attemptRemote(async () => {
      const one = pick((await listRemote(client, model.workspaceId)).documents, number);
      if (one === undefined) return;
      const { content, version } = await client.document.get.query({ id: one.id });
      await client.document.delete.mutate({ id: one.id, expectedVersion: version });
      recordRemovedWords(model, content);
    }),
  comment: (client, model, number) =>
    attemptRemote(async () => {
      const one = pick((await listRemote(client, model.workspaceId)).documents, number);
      if (one !== undefined) await client.document.comment.create.mutate({ documentId: one.id, body: "Hm." });
    }),
  upload: (client, model, number, name) =>
    attemptRemote(async () => {
      const { files, folders } = await listRemote(client, model.workspaceId);
      const path = `${name}.bin`;
      const folderId = number % 2 === 0 ? null : (pick(folders, number)?.id ?? null);
      const former = files.find((file) => file.path === path && file.folderId === folderId);
      if (former !== undefined) recordRemovedWords(model, await toBytes(client, former.id));
      const bytes = recordWritten(model, path, `${createWord()}\n`);
      await client.uploadFile(model.workspaceId, new Blob([bytes]), {
        name: path,
        path,
        folderId,
        onConflict: "replace",
      });
    }),
  moveFile: (client, model, number, name) =>
    attemptRemote(async () => {
      const one = pick((await listRemote(client, model.workspaceId)).files, number);
      recordWritten(model, `${name}.bin`, "");
      if (one !== undefined) await client.file.move.mutate({ id: one.id, path: `${name}.bin` });
    }),
  removeFile: (client, model, number) =>
    attemptRemote(async () => {
      const one = pick((await listRemote(client, model.workspaceId)).files, number);
      if (one === undefined) return;
      recordRemovedWords(model, await toBytes(client, one.id));
      await client.file.delete.mutate({ id: one.id });
    }),
  renameFolder: (client, model, number, name) =>
    attemptRemote(async () => {
      const one = pick((await listRemote(client, model.workspaceId)).folders, number);
      recordWritten(model, name, "");
      if (one !== undefined) await client.document.folder.rename.mutate({ id: one.id, name });
    }),
};

/** Violated invariants. `there` is the content of the workspace, synced to a new folder. */
export function findProblems(model: Model, here: Map<string, string>, there: Map<string, string>): string[] {
  const problems: string[] = [];
  const paths = new Set([...here.keys(), ...there.keys()]);
  for (const path of paths) {
    if (here.get(path) !== there.get(path))
      problems.push(`${path} differs: ${here.get(path)} and ${there.get(path)}`);
    for (const name of path.split("/")) {
      const plain = name.replace(/ \((?:mine(?: \d+)?|\d+)\)/g, "").replace(/-\d+(?=\.bin$)/, "");
      if (!model.names.has(name) && !model.names.has(plain)) problems.push(`no file was ever named ${name}`);
    }
  }
  const alive = new Set([...there.values()].flatMap(findWords));
  for (const one of model.written)
    if (!alive.has(one) && !model.removed.has(one)) problems.push(`${one} is lost`);
  for (const one of alive) if (!model.written.has(one)) problems.push(`${one} was never written`);
  return problems;
}
