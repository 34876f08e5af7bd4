import { documentAliases, documents, type Executor, type FileRow, files } from "@mdreader/db";
import {
  createWikiLinkResolver,
  foldWikiName,
  parseWikiPath,
  normalForms,
  wikiAlias,
  type WikiCandidate,
  type WikiTarget,
} from "@mdreader/markdown";
import { and, asc, eq, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";

import { readFolderPath, readFolderPaths } from "../folder/paths.ts";
import { toFileName, toTitles } from "./paths.ts";

/** A possible target of a wiki link. */
export type LinkCandidate = WikiCandidate & { folderId: string | null } & (
    | { kind: "document"; id: string; title: string }
    | { kind: "file"; id: string; row: FileRow }
  );

/** The document whose links are resolved. */
export interface LinkOrigin {
  id: string;
  workspaceId: string;
  folderId: string | null;
}

/** Maximum number of documents and files with the names. The oldest ones are used. */
const maxLinkCandidates = 1_000;

export const isWikiPath = (link: string): boolean => parseWikiPath(link) !== null;

/** Returns the wiki links among links, by link. */
export function parseWikiLinks(links: readonly string[]): Map<string, WikiTarget> {
  return new Map(
    links.flatMap((link) => {
      const target = parseWikiPath(link);
      return target === null ? [] : [[link, target] as const];
    }),
  );
}

/**
 * Resolves the wiki links of a document, by link, in a constant number of statements. The document's own
 * attachments take precedence, including by their alias from before a rename.
 */
export async function resolveWikiLinks(
  db: Executor,
  { id, workspaceId, folderId }: LinkOrigin,
  links: readonly string[],
): Promise<Map<string, LinkCandidate>> {
  const targets = parseWikiLinks(links);
  if (targets.size === 0) return new Map();
  const [candidates, folderPath] = await Promise.all([
    findLinkCandidates(db, workspaceId, listCandidateNames(targets.values()), id),
    readFolderPath(db, folderId),
  ]);
  const resolve = createWikiLinkResolver(candidates);
  return new Map(
    [...targets].flatMap(([link, target]) => {
      const found = resolve(target, folderPath);
      return found === undefined ? [] : [[link, found] as const];
    }),
  );
}

/** Returns the names by which the candidates of these targets are found: of files, or in front matter. */
export const listCandidateNames = (targets: Iterable<WikiTarget>): string[] =>
  [...targets].flatMap((target) => [target.names.at(-1) ?? [], wikiAlias(target) ?? []].flat());

/**
 * Finds the documents and files of a workspace with these names, with or without `.md`, and the documents with such a
 * title or alias in their front matter.
 *
 * @param ownerId The document whose attachments also match by alias.
 */
export async function findLinkCandidates(
  db: Executor,
  workspaceId: string,
  names: readonly string[],
  ownerId?: string,
): Promise<LinkCandidate[]> {
  const titles = sql`replace(${documents.title}, '/', '-')`;
  const isAliasedAttachment =
    ownerId === undefined ? undefined : and(eq(files.documentId, ownerId), isNotNull(files.alias));
  const [namedRows, aliasRows, fileRows] = await Promise.all([
    db
      .select({ id: documents.id, folderId: documents.folderId, title: documents.title })
      .from(documents)
      .where(
        and(
          eq(documents.workspaceId, workspaceId),
          isNull(documents.deletedAt),
          matchesName(titles, names.flatMap(toTitlesIgnoringCase)),
        ),
      )
      .orderBy(asc(documents.id))
      .limit(maxLinkCandidates),
    db
      .select({
        id: documents.id,
        folderId: documents.folderId,
        title: documents.title,
        alias: documentAliases.name,
      })
      .from(documentAliases)
      .innerJoin(documents, eq(documents.id, documentAliases.documentId))
      .where(
        and(
          eq(documentAliases.workspaceId, workspaceId),
          isNull(documents.deletedAt),
          sql`${documentAliases.foldedName} = any(${sql.param(names.map(foldWikiName))}::text[])`,
        ),
      )
      .orderBy(asc(documentAliases.documentId))
      .limit(maxLinkCandidates),
    db
      .select()
      .from(files)
      .where(
        and(
          eq(files.workspaceId, workspaceId),
          isNull(files.deletedAt),
          or(matchesName(sql`split_part(${files.path}, '/', -1)`, names), isAliasedAttachment),
        ),
      )
      .orderBy(asc(files.id))
      .limit(maxLinkCandidates),
  ]);
  const aliasesById = Map.groupBy(aliasRows, ({ id }) => id);
  const documentRows = [
    ...new Map([...namedRows, ...aliasRows].map(({ id, folderId, title }) => [id, { id, folderId, title }])),
  ].map(([, row]) => row);
  const getFolderPath = await readFolderPaths(
    db,
    [...documentRows, ...fileRows].map(({ folderId }) => folderId),
  );
  return [
    ...documentRows.map((document) => ({
      kind: "document" as const,
      ...document,
      path: [...getFolderPath(document.folderId), toFileName(document.title)],
      aliases: aliasesById.get(document.id)?.map(({ alias }) => alias),
    })),
    ...fileRows.flatMap((row): LinkCandidate[] => {
      const { id, folderId, path, alias, documentId } = row;
      const toPath = (name: string) => [...getFolderPath(folderId), ...name.split("/")];
      const file = { kind: "file" as const, id, folderId, row };
      const isAliased = documentId === ownerId && alias !== null;
      return [
        { ...file, path: toPath(path) },
        ...(isAliased ? [{ ...file, path: toPath(alias), isOwnAttachment: true }] : []),
      ];
    }),
  ];
}

const toTitlesIgnoringCase = (name: string) =>
  toTitles(/\.md$/i.test(name) ? `${name.slice(0, -3)}.md` : name);

const matchesName = (column: SQL, names: readonly string[]) => {
  const spellings = [
    ...new Set(names.flatMap((name) => [...normalForms(name), ...normalForms(foldWikiName(name))])),
  ];
  return sql`lower(${column}) = any(array(select lower(name) from unnest(${sql.param(spellings)}::text[]) as name))`;
};
