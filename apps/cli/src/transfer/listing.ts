import { type Client, everyItem, type RouterOutputs } from "@mdreader/client";

import { assignNames, type NameRules } from "./names.ts";

export type DocumentSummary = RouterOutputs["document"]["list"]["items"][number];

/** A folder of a workspace; a null `folderId` is the top. */
export interface ListedFolder {
  workspaceId: string;
  folderId: string | null;
}

/** The direct contents of a workspace folder, with their file names. */
export interface Listing {
  folders: { id: string; fileName: string }[];
  documents: { summary: DocumentSummary; fileName: string }[];
}

const pageSize = 100;

/** @param rules The name rules of the disk. */
export async function listContents(client: Client, place: ListedFolder, rules: NameRules): Promise<Listing> {
  const [folders, documents] = await Promise.all([readFolders(client, place), readDocuments(client, place)]);
  const names = assignNames(
    [
      ...folders.map(({ id, name }) => ({ kind: "folder" as const, id, name })),
      ...documents.map(({ id, title }) => ({ kind: "document" as const, id, name: title })),
    ],
    rules,
  );
  const getName = (id: string) => names.get(id) ?? id;
  return {
    folders: folders.map(({ id }) => ({ id, fileName: getName(id) })),
    documents: documents.map((summary) => ({ summary, fileName: getName(summary.id) })),
  };
}

async function readFolders(client: Client, place: ListedFolder) {
  const folders = [];
  for await (const node of everyItem((cursor) =>
    client.document.tree.query({ ...place, cursor, limit: pageSize }),
  )) {
    if (node.kind === "document") break; // folders come first
    folders.push(node);
  }
  return folders;
}

async function readDocuments(client: Client, place: ListedFolder): Promise<DocumentSummary[]> {
  return Array.fromAsync(
    everyItem((cursor) => client.document.list.query({ ...place, cursor, limit: pageSize })),
  );
}
