import type { Client } from "@mdreader/client";
import type { RelinkedText, Spelling } from "@mdreader/markdown";

import type { RemoteFile } from "./attachments.ts";
import { type NameRules, toSafeFileName } from "./names.ts";

/** The maximum number of links per request. */
const maxLinks = 100;

/** The location of a document on disk, and of the files that it may link to. */
export interface ExportedPlaces {
  /** The document's folders. */
  folders: readonly string[];
  /** The path of a file by ID; undefined if it is not on disk. */
  pathOf(fileId: string): readonly string[] | undefined;
}

/** Rewrites a document's links to files whose path on disk differs. */
export async function relinkForDisk(
  client: Client,
  documentId: string,
  text: string,
  { folders, pathOf }: ExportedPlaces,
): Promise<RelinkedText> {
  const { listDestinations, linkPath, readMarkdown, relinkFiles, relinkText } =
    await import("@mdreader/markdown");
  const contents = readMarkdown(text);
  const targets = listDestinations(contents).flatMap((destination) => linkPath(destination) ?? []);
  const links = [...new Set(targets)];
  const found = new Map<string, string>();
  for (let at = 0; at < links.length; at += maxLinks) {
    const paths = links.slice(at, at + maxLinks);
    const { items } = await client.file.resolve.query({ documentId, paths });
    for (const { path, file } of items) if (file !== null) found.set(path, file.id);
  }
  const edits = relinkFiles(contents, folders, (destination) => {
    const id = found.get(linkPath(destination) ?? "");
    return id === undefined ? undefined : pathOf(id);
  });
  return relinkText(text, contents, edits);
}

/** Reverts rewritten links of a text on disk; other changes are kept. */
export async function restoreFromDisk(text: string, spellings: readonly Spelling[]): Promise<string> {
  if (spellings.length === 0) return text;
  const { restoreLinks } = await import("@mdreader/markdown");
  return restoreLinks(text, spellings);
}

/** Rewrites a document's links to its own attachments for the disk. */
export async function rewriteExportedLinks(
  client: Client,
  documentId: string,
  text: string,
  { attachments, rules }: { attachments: readonly RemoteFile[]; rules: NameRules },
): Promise<string> {
  const paths = new Map(
    attachments
      .filter((file) => file.documentId === documentId)
      .map(({ id, path }) => [id, path.split("/").map((name) => toSafeFileName(name, rules))]),
  );
  if (paths.size === 0) return text;
  // Attachments are in their document's folder or its subfolders.
  const places = { folders: [], pathOf: (id: string) => paths.get(id) };
  return (await relinkForDisk(client, documentId, text, places)).text;
}
