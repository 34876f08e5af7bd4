import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import type { ProcedureCaller } from "@mdreader/api";
import type { Language } from "@mdreader/contract";

const source = join(import.meta.dirname, "documents");

/** The documents in other languages than the workspace's. */
const languages: Readonly<Record<string, Language>> = {
  Deutsch: "german",
  Français: "french",
  中文: "simple",
  日本語: "simple",
};

/** Fills a workspace with the documents in the folder next to this file. @returns The number of documents. */
export async function seedDocuments(caller: ProcedureCaller, workspaceId: string): Promise<number> {
  return seedFolder(caller, workspaceId, source, null);
}

async function seedFolder(
  caller: ProcedureCaller,
  workspaceId: string,
  path: string,
  folderId: string | null,
): Promise<number> {
  let count = 0;
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) {
      const { id } = await caller.document.folder.create({
        workspaceId,
        name: entry.name,
        parentId: folderId,
      });
      count += await seedFolder(caller, workspaceId, inside, id);
    } else {
      const title = basename(entry.name, ".md");
      const content = await readFile(inside, "utf8");
      await caller.document.create({ workspaceId, title, content, folderId, language: languages[title] });
      count += 1;
    }
  }
  return count;
}
