import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { stateFileName } from "@mdreader/contract/synced-paths";
import { z } from "zod";

import { Failure } from "../failure.ts";
import { codeOf, fileProblem, replaceFile } from "../files.ts";
import type { Agreed } from "./plan.ts";

/** The one file that a synchronization keeps in its folder. It holds no secret and no text. */
export { stateFileName };

/** What a folder is synchronized with. */
export interface Binding {
  server: string;
  workspaceId: string;
  /** The folder of the workspace; null for all of it. */
  folderId: string | null;
}

const binding = { server: z.string(), workspaceId: z.string(), folderId: z.string().nullable() };
const agreed = z.object({ path: z.string(), version: z.int(), hash: z.string() });
/** Entries and no record: a path may be `__proto__`. */
const format = z.object({
  format: z.literal(2),
  ...binding,
  documents: z.array(z.tuple([z.string(), agreed])),
  files: z.array(z.tuple([z.string(), z.string()])),
});

/** As it was written before. */
const format1 = z.object({
  format: z.literal(1),
  ...binding,
  documents: z.record(z.string(), agreed),
  files: z.record(z.string(), z.string()),
});

const anyFormat = z.union([
  format,
  format1.transform(({ documents, files, ...rest }) => ({
    ...rest,
    documents: Object.entries(documents),
    files: Object.entries(files),
  })),
]);

/** On what both sides agreed last. */
export interface SyncState {
  readonly binding: Binding;
  /** By the documents' ids. */
  readonly documents: Map<string, Agreed>;
  /** Of the other files, the hashes of the bytes, by path. */
  readonly files: Map<string, string>;
  /**
   * Writes what has changed, in one step. A run that is killed before loses nothing: what it did looks to the next
   * run like what it would do itself.
   */
  save(): Promise<void>;
}

/** The state of a folder; null where it has never been synchronized. */
export async function readState(folder: string): Promise<SyncState | null> {
  const path = join(folder, stateFileName);
  try {
    const { documents, files, server, workspaceId, folderId } = anyFormat.parse(
      JSON.parse(await readFile(path, "utf8")),
    );
    return stateOf(folder, { server, workspaceId, folderId }, documents, files);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return null;
    if (codeOf(cause) !== null) throw new Failure("FILE", `${path}: ${fileProblem(cause)}.`, { cause });
    throw new Failure("FILE", `${path} is damaged.`, {
      hint: "Remove it, and name the workspace again with --workspace: what is alike on both sides stays as it is.",
      cause,
    });
  }
}

/** The state of a folder that is synchronized for the first time. */
export const newState = (folder: string, to: Binding): SyncState => stateOf(folder, to, [], []);

function stateOf(
  folder: string,
  to: Binding,
  documents: readonly (readonly [string, Agreed])[],
  files: readonly (readonly [string, string])[],
): SyncState {
  const state = { binding: to, documents: new Map(documents), files: new Map(files) };
  let saved = "";
  return {
    ...state,
    async save() {
      const content = {
        format: 2,
        ...to,
        documents: [...state.documents],
        files: [...state.files],
      } satisfies z.input<typeof format>;
      const text = `${JSON.stringify(content, null, 1)}\n`;
      if (text === saved) return;
      await replaceFile(join(folder, stateFileName), text);
      saved = text;
    },
  };
}
