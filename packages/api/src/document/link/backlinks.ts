import type { Backlink, BacklinksInput, Page } from "@mdreader/contract";
import { hasMarkdownExtension } from "@mdreader/contract/file-names";
import { documentAliases, documents, type Executor } from "@mdreader/db";
import {
  createWikiLinkResolver,
  foldWikiName,
  parseWikiPath,
  wikiAlias,
  readTargets,
  type WikiTarget,
} from "@mdreader/markdown";
import { and, desc, eq, isNull, lt, ne } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { idCursor } from "../../util/pagination.ts";
import { readFolderPaths } from "../folder/paths.ts";
import { toFileName, toTitles } from "./paths.ts";
import { containsLinks, toLinkForms, toWikiLinkForms, removeMarkdownExtension } from "./search-links.ts";
import { visitPage } from "./visit-page.ts";
import { findLinkCandidates } from "./wiki-links.ts";

/**
 * Lists the documents that link to this one. The index finds those that contain the name of its file. Their links,
 * as the rendered texts show them, decide which refer to this document.
 *
 * @throws AppError BAD_CURSOR.
 */
export async function listBacklinks(
  services: Pick<Services, "database" | "documents" | "linkReader" | "searchIndex">,
  { document }: DocumentAccess<"document.read">,
  { cursor, limit }: BacklinksInput,
): Promise<Page<Backlink>> {
  const { documents: store, searchIndex } = services;
  const { db } = services.database;
  const after = idCursor.decode(cursor);
  // Recent live edits are not in the texts yet.
  await store.flush(await store.listStale(document.workspaceId));
  await searchIndex.flush(document.workspaceId);
  const file = toFileName(document.title);
  // A link to robots.txt.md may be written as robots.txt.
  const shortestName = hasMarkdownExtension(document.title) ? file.slice(0, document.title.length) : file;
  const aliases = await readAliases(db, document.id);
  const rows = await db
    .select({
      id: documents.id,
      title: documents.title,
      folderId: documents.folderId,
      version: documents.contentVersion,
    })
    .from(documents)
    .where(
      and(
        eq(documents.workspaceId, document.workspaceId),
        isNull(documents.deletedAt),
        ne(documents.id, document.id),
        containsLinks(db, document.workspaceId, [
          toLinkForms(shortestName),
          ...[file, ...aliases].map((name) => toWikiLinkForms(name)),
        ]),
        after === null ? undefined : lt(documents.id, after),
      ),
    )
    .orderBy(desc(documents.id))
    .limit(limit + 1);

  const getFolderPath = await readFolderPaths(db, [
    document.folderId,
    ...rows.map(({ folderId }) => folderId),
  ]);
  const documentPath = getFolderPath(document.folderId);
  const resolveWikiLink = createWikiLinkResolver(
    await findLinkCandidates(db, document.workspaceId, [file, removeMarkdownExtension(file), ...aliases]),
  );
  const foldedAliases = new Set(aliases.map(foldWikiName));
  const leadsToDocument = (folders: readonly string[], link: string) => {
    const target = parseWikiPath(link);
    if (target === null) return pathLeadsToDocument(folders, link);
    const alias = foldWikiName(wikiAlias(target) ?? "");
    return (
      (hasFileName(target, file) || foldedAliases.has(alias)) &&
      resolveWikiLink(target, folders)?.id === document.id
    );
  };
  const pathLeadsToDocument = (folders: readonly string[], link: string) =>
    readTargets(link, folders).some(
      ({ names }) =>
        names.length === documentPath.length + 1 &&
        documentPath.every((name, index) => name === names[index]) &&
        toTitles(names.at(-1) ?? "").some((title) => title === document.title || toFileName(title) === file),
    );

  const items: Backlink[] = [];
  const nextCursor = await visitPage(services, rows, limit, ({ id, title, folderId }, links) => {
    const folders = getFolderPath(folderId);
    const found = links.find(({ target }) => leadsToDocument(folders, target));
    if (found !== undefined) items.push({ id, title, line: found.line });
    return 0;
  });
  return { items, nextCursor };
}

/** Reads the title and the aliases in a document's front matter. */
async function readAliases(db: Executor, documentId: string): Promise<string[]> {
  const rows = await db
    .select({ name: documentAliases.name })
    .from(documentAliases)
    .where(eq(documentAliases.documentId, documentId));
  return rows.map(({ name }) => name);
}

/** Whether a wiki link may refer to a file of this name. */
const hasFileName = ({ names }: WikiTarget, file: string) =>
  ["", ".md"].some((end) => foldWikiName(`${names.at(-1)}${end}`) === foldWikiName(file));
