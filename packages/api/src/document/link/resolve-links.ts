import { documents, type Executor } from "@mdreader/db";
import { readTargets } from "@mdreader/markdown";
import { and, desc, eq, isNull, or, sql } from "drizzle-orm";

import type { Services } from "../../context.ts";
import { findFoldersNamed } from "../../file/resolve.ts";
import { readFolderPaths } from "../folder/paths.ts";
import { toTitles } from "./paths.ts";
import { isWikiPath, resolveWikiLinks, type WikiOrigin } from "./wiki-links.ts";

/** A document that a link leads to. */
export interface LinkedDocument {
  id: string;
  title: string;
}

/**
 * Finds the documents that the links of a document lead to, by link, in a constant number of statements. If several in a
 * folder have the same name, the oldest one is used.
 *
 * @param links As written, without their fragments; wiki links in the form of `wikiPath`.
 */
export async function resolveLinks(
  { database: { db }, searchIndex }: Pick<Services, "database" | "searchIndex">,
  origin: WikiOrigin,
  links: readonly string[],
): Promise<Map<string, LinkedDocument>> {
  const { wiki = [], path = [] } = Object.groupBy(links, (link) => (isWikiPath(link) ? "wiki" : "path"));
  const followWiki = () => resolveWikiLinks(db, origin, wiki);
  let [named, found] = await Promise.all([followWiki(), followPaths(db, origin, path)]);
  if (wiki.some((link) => !named.has(link))) {
    // The front matter of recent texts may not have been read yet.
    await searchIndex.flush(origin.workspaceId);
    named = await followWiki();
  }
  for (const [link, target] of named)
    if (target.kind === "document") found.set(link, { id: target.id, title: target.title });
  return found;
}

async function followPaths(
  db: Executor,
  { workspaceId, folderId }: WikiOrigin,
  links: readonly string[],
): Promise<Map<string, LinkedDocument>> {
  const found = new Map<string, LinkedDocument>();
  if (links.length === 0) return found;
  const getFolderPath = await readFolderPaths(db, [folderId]);
  const readings = links.map((link) => ({ link, targets: readTargets(link, getFolderPath(folderId)) }));
  const allNames = readings.flatMap(({ targets }) => targets.map(({ names }) => names));
  const findChild = await findFoldersNamed(
    db,
    workspaceId,
    allNames.flatMap((names) => names.slice(0, -1)),
  );
  const findFolderByPath = (names: readonly string[]) =>
    names.reduce<string | null | undefined>(
      (folder, name) => (folder === undefined ? undefined : findChild(folder, name)),
      null,
    );
  const placesByLink = new Map(
    readings.map(({ link, targets }) => [
      link,
      targets.flatMap(({ names }) => {
        const folder = findFolderByPath(names.slice(0, -1));
        return folder === undefined ? [] : [{ folder, titles: toTitles(names.at(-1) ?? "") }];
      }),
    ]),
  );
  const findDocumentAt = await readDocumentsAt(db, workspaceId, [...placesByLink.values()].flat());
  for (const [link, places] of placesByLink) {
    const [target] = places.flatMap((place) => findDocumentAt(place) ?? []);
    if (target !== undefined) found.set(link, target);
  }
  return found;
}

/** A folder, and the titles that a document in it may have. */
interface Place {
  folder: string | null;
  titles: readonly string[];
}

/** Reads the documents that may be in these places. The returned function finds the oldest one of a place. */
async function readDocumentsAt(db: Executor, workspaceId: string, places: readonly Place[]) {
  const folders = new Set(places.flatMap(({ folder }) => folder ?? []));
  const titles = new Set(places.flatMap((place) => place.titles));
  const name = sql<string>`replace(${documents.title}, '/', '-')`;
  const rows = await db
    .select({ id: documents.id, title: documents.title, folderId: documents.folderId, name })
    .from(documents)
    .where(
      and(
        eq(documents.workspaceId, workspaceId),
        isNull(documents.deletedAt),
        or(isNull(documents.folderId), sql`${documents.folderId} = any(${sql.param([...folders])}::uuid[])`),
        sql`${name} = any(${sql.param([...titles])}::text[])`,
      ),
    )
    .orderBy(desc(documents.id));
  const oldest = new Map(rows.map((row) => [toKey(row.folderId, row.name), row]));
  return (place: Place): LinkedDocument | undefined => {
    const [first, ...others] = place.titles.flatMap((title) => oldest.get(toKey(place.folder, title)) ?? []);
    const found = first && others.reduce((older, row) => (row.id < older.id ? row : older), first);
    return found && { id: found.id, title: found.title };
  };
}

const toKey = (folderId: string | null, name: string) => `${folderId ?? ""}/${name}`;
