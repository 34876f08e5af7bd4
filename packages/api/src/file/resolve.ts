import type { FileResolved } from "@mdreader/contract";
import { type Executor, type FileRow, files } from "@mdreader/db";
import { type LinkTarget, normalForms, readTargets } from "@mdreader/markdown";
import { and, eq, isNull, or, sql } from "drizzle-orm";

import type { DocumentAccess } from "../access/authorize.ts";
import type { Context } from "../context.ts";
import { type FindChild, findFoldersByName, toChildKey } from "../document/folder/find-by-name.ts";
import { readFolderPath } from "../document/folder/paths.ts";
import { isWikiPath, type LinkOrigin, resolveWikiLinks } from "../document/link/wiki-links.ts";
import { createFileLinks, toFile } from "./file.ts";

/** Resolves the links of a document to files, with URLs for the caller. */
export async function resolvePaths(
  ctx: Context,
  { document }: DocumentAccess<"file.read">,
  paths: readonly string[],
): Promise<FileResolved> {
  const found = await resolveFiles(ctx.database.db, document, paths);
  const items = paths.map(async (path) => {
    const row = found.get(path);
    return {
      path,
      file: row === undefined ? null : { ...toFile(row), ...(await createFileLinks(ctx, row)) },
    };
  });
  return { items: await Promise.all(items) };
}

/** Maximum number of links per batch, so that the requests of other callers run in between. */
const maxLinksAtOnce = 500;

/** Finds the files that a document's Markdown links to, by paths or by wiki links in the form of `wikiPath`. */
export async function resolveFiles(
  db: Executor,
  origin: LinkOrigin,
  links: readonly string[],
): Promise<Map<string, FileRow>> {
  const { wiki = [], path = [] } = Object.groupBy(links, (link) => (isWikiPath(link) ? "wiki" : "path"));
  const [named, found] = await Promise.all([
    resolveWikiLinks(db, origin, wiki),
    resolveFilePaths(db, origin, path),
  ]);
  for (const [link, candidate] of named) if (candidate.kind === "file") found.set(link, candidate.row);
  return found;
}

/**
 * Finds the files for paths, in two statements for hundreds of them. A link is resolved from the document's folder,
 * through existing folders; the rest of the link is the file's path there. A file that was renamed when its document
 * was moved is still found by the name in the document.
 */
async function resolveFilePaths(
  db: Executor,
  origin: LinkOrigin,
  paths: readonly string[],
): Promise<Map<string, FileRow>> {
  if (paths.length === 0) return new Map();
  const folderPath = await readFolderPath(db, origin.folderId);
  const found = new Map<string, FileRow>();
  for (let start = 0; start < paths.length; start += maxLinksAtOnce) {
    const links = paths
      .slice(start, start + maxLinksAtOnce)
      .map((path) => ({ path, targets: readTargets(path, folderPath) }));
    for (const [path, row] of await findLinkedFiles(db, origin, links)) found.set(path, row);
  }
  return found;
}

interface Link {
  path: string;
  targets: readonly LinkTarget[];
}

async function findLinkedFiles(
  db: Executor,
  origin: LinkOrigin,
  links: readonly Link[],
): Promise<(readonly [string, FileRow])[]> {
  const targets = links.flatMap((link) => link.targets);
  if (targets.length === 0) return [];
  const findChild = await findFoldersByName(
    db,
    origin.workspaceId,
    targets.flatMap(({ names }) => names),
  );
  const findFile = await readFilesAt(db, origin, targets, findChild);
  return links.flatMap(({ path, targets: readings }) => {
    const row = findFirst(readings, findFile);
    return row === undefined ? [] : [[path, row] as const];
  });
}

function findFirst<Reading, Found>(
  readings: readonly Reading[],
  find: (reading: Reading) => Found | undefined,
): Found | undefined {
  for (const reading of readings) {
    const found = find(reading);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the locations at which a target may be, deepest folder first. */
function listCandidateLocations(
  { names }: LinkTarget,
  findChild: FindChild,
): { folderId: string | null; path: string }[] {
  const locations = [{ folderId: null as string | null, path: names.join("/") }];
  let folderId: string | null = null;
  for (const [depth, name] of names.slice(0, -1).entries()) {
    const child: string | undefined = findChild(folderId, name);
    if (child === undefined) break;
    folderId = child;
    locations.unshift({ folderId, path: names.slice(depth + 1).join("/") });
  }
  return locations;
}

/** Reads all files that the targets may refer to. The returned function finds the file of a target. */
async function readFilesAt(
  db: Executor,
  origin: LinkOrigin,
  targets: readonly LinkTarget[],
  findChild: FindChild,
) {
  const locations = targets.flatMap((target) => listCandidateLocations(target, findChild));
  const folderIds = [...new Set(locations.flatMap(({ folderId }) => folderId ?? []))];
  const paths = toNormalForms(locations.map(({ path }) => path));
  const attachmentPaths = toNormalForms(targets.flatMap(({ fromFolder }) => fromFolder ?? []));
  const isAtLocation = and(
    or(isNull(files.folderId), sql`${files.folderId} = any(${sql.param(folderIds)}::uuid[])`),
    sql`${files.path} = any(${sql.param(paths)}::text[])`,
  );
  const isAttachment =
    attachmentPaths.length === 0
      ? undefined
      : and(
          eq(files.documentId, origin.id),
          or(
            sql`${files.path} = any(${sql.param(attachmentPaths)}::text[])`,
            sql`${files.alias} = any(${sql.param(attachmentPaths)}::text[])`,
          ),
        );
  const rows = await db
    .select()
    .from(files)
    .where(
      and(eq(files.workspaceId, origin.workspaceId), isNull(files.deletedAt), or(isAtLocation, isAttachment)),
    );
  const byLocation = new Map(rows.map((row) => [toChildKey(row.folderId, row.path), row]));
  const attachments = rows.filter(({ documentId }) => documentId === origin.id);
  const byAlias = new Map(attachments.map((row) => [row.alias?.normalize("NFC"), row]));
  const byPath = new Map(attachments.map((row) => [row.path.normalize("NFC"), row]));
  return (target: LinkTarget): FileRow | undefined => {
    const name = target.fromFolder?.normalize("NFC");
    const renamedAttachment = name === undefined ? undefined : byAlias.get(name);
    const candidates = listCandidateLocations(target, findChild).map(({ folderId, path }) =>
      byLocation.get(toChildKey(folderId, path)),
    );
    return (
      renamedAttachment ??
      candidates.find((row) => row !== undefined) ??
      (name === undefined ? undefined : byPath.get(name))
    );
  };
}

const toNormalForms = (names: readonly string[]) => [...new Set(names.flatMap(normalForms))];
