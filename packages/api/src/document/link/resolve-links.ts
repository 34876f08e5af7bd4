import type { Executor } from "@mdreader/db";
import { readTargets } from "@mdreader/markdown";

import type { Services } from "../../context.ts";
import { readFolderPath } from "../folder/paths.ts";
import { type LinkedDocument, readItemsByPath } from "./find-by-path.ts";
import { isWikiPath, resolveWikiLinks, type LinkOrigin } from "./wiki-links.ts";

/**
 * Finds the documents that the links of a document lead to, by link, in a constant number of statements. If several in a
 * folder have the same name, the oldest one is used.
 *
 * @param links As written, without their fragments; wiki links in the form of `wikiPath`.
 */
export async function resolveLinks(
  { database: { db }, searchIndex }: Pick<Services, "database" | "searchIndex">,
  origin: LinkOrigin,
  links: readonly string[],
): Promise<Map<string, LinkedDocument>> {
  const { wiki = [], path = [] } = Object.groupBy(links, (link) => (isWikiPath(link) ? "wiki" : "path"));
  const resolveWiki = () => resolveWikiLinks(db, origin, wiki);
  let [named, found] = await Promise.all([resolveWiki(), resolveDocumentPaths(db, origin, path)]);
  if (wiki.some((link) => !named.has(link))) {
    // The front matter of recent texts may not have been read yet.
    await searchIndex.flush(origin.workspaceId);
    named = await resolveWiki();
  }
  for (const [link, target] of named)
    if (target.kind === "document") found.set(link, { id: target.id, title: target.title });
  return found;
}

async function resolveDocumentPaths(
  db: Executor,
  { workspaceId, folderId }: LinkOrigin,
  links: readonly string[],
): Promise<Map<string, LinkedDocument>> {
  if (links.length === 0) return new Map();
  const folderPath = await readFolderPath(db, folderId);
  const readings = links.map((link) => ({
    link,
    paths: readTargets(link, folderPath).map(({ names }) => names),
  }));
  const { findDocument } = await readItemsByPath(
    db,
    workspaceId,
    readings.flatMap(({ paths }) => paths),
  );
  return new Map(
    readings.flatMap(({ link, paths }) => {
      const [target] = paths.flatMap((path) => findDocument(path) ?? []);
      return target === undefined ? [] : [[link, target] as const];
    }),
  );
}
