import type { Executor } from "@mdreader/db";
import { isExternal, readTargets } from "@mdreader/markdown";

import { resolveFiles } from "../../file/resolve.ts";
import { readItemsByPath } from "./find-by-path.ts";
import {
  toPreviousFolders,
  isSamePath,
  leadsToMovedItem,
  ledToMovedItem,
  type LinkingDocument,
  maxLinks,
  type MovedItem,
  type RelocatedDocument,
  type LinkInterpretation,
  listInterpretations,
  rewriteTarget,
} from "./moved-item.ts";
import { isWikiPath } from "./wiki-links.ts";
import { findWikiRetargets } from "./wiki-retarget.ts";

/**
 * Returns the new targets of a document's links, by the paths of the old ones in the form of `linkPath`. Links that
 * still lead to the right place are not included.
 */
export async function findRetargets(
  db: Executor,
  moved: MovedItem,
  document: LinkingDocument,
  targets: readonly string[],
): Promise<Map<string, string>> {
  const before = toPreviousFolders(moved, document);
  const links = targets.filter(
    (target) => !isExternal(target) && !target.startsWith("#") && !isWikiPath(target),
  );
  const found =
    before === null
      ? await findLinksToMoved(db, moved, document, links)
      : await findLinksInMoved(db, moved, { ...document, before }, links);
  return new Map([
    ...found.map(([link, reading]) => [link, rewriteTarget(link, reading, document.folders)] as const),
    ...(await findWikiRetargets(db, moved, { ...document, before: before ?? document.folders }, targets)),
  ]);
}

/** Finds links from elsewhere to the old path. If another item is there now, links may refer to that. */
async function findLinksToMoved(
  db: Executor,
  moved: MovedItem,
  document: LinkingDocument,
  targets: readonly string[],
): Promise<[string, LinkInterpretation][]> {
  const links = targets
    .flatMap((link): [string, LinkInterpretation][] => {
      const reading = listInterpretations(moved, link, document.folders).find(
        ({ before }) => ledToMovedItem(moved, before) && !leadsToMovedItem(moved, before),
      );
      return reading === undefined ? [] : [[link, reading]];
    })
    .slice(0, maxLinks);
  if (links.length === 0) return [];
  const existing = await findPaths(
    db,
    document,
    links.map(([, { before }]) => before),
  );
  const files = await resolveFiles(
    db,
    document,
    links.map(([link]) => link),
  );
  return links.filter(([link, { before }]) => {
    const existingId = existing.get(toPathKey(before));
    // If several documents have the same name, the oldest one is meant. It was, or is now, another one.
    const isMovedItemOlder = moved.kind === "document" && existingId !== undefined && existingId > moved.id;
    return !files.has(link) && (existingId === undefined || isMovedItemOlder);
  });
}

/** Finds relative links inside the moved item, which are based on its previous folder. */
async function findLinksInMoved(
  db: Executor,
  moved: MovedItem,
  document: RelocatedDocument,
  targets: readonly string[],
): Promise<[string, LinkInterpretation][]> {
  const links = targets
    .map((link) => ({
      link,
      readings: listInterpretations(moved, link, document.before),
      now: readTargets(link, document.folders),
    }))
    .filter(
      // Most links still work, because their targets moved along.
      ({ readings, now }) =>
        readings.some((reading, index) => !isSamePath(reading.now, now[index]?.names ?? [])),
    )
    .slice(0, maxLinks);
  if (links.length === 0) return [];
  const readings = links.flatMap((link) => link.readings);
  const existing = await findPaths(
    db,
    document,
    readings.map(({ now }) => now),
  );
  const files = await resolveFiles(db, document, [
    ...links.map(({ link }) => link),
    ...readings.map(({ now }) => toRootPath(now)),
  ]);
  return links.flatMap(({ link, readings: interpretations, now }): [string, LinkInterpretation][] => {
    if (files.get(link)?.documentId === document.id) return [];
    const reading = interpretations.find(
      (way) => existing.has(toPathKey(way.now)) || files.has(toRootPath(way.now)),
    );
    if (reading === undefined || now.some(({ names }) => isSamePath(names, reading.now))) return [];
    return [[link, reading]];
  });
}

const toPathKey = (path: readonly string[]) => path.join("\0");
const toRootPath = (path: readonly string[]) => `/${path.map(encodeURIComponent).join("/")}`;

/**
 * Finds the folders and documents at these paths. Returns IDs by `pathKey`; for documents with the same name, that
 * of the oldest.
 */
async function findPaths(
  db: Executor,
  { workspaceId }: LinkingDocument,
  paths: readonly (readonly string[])[],
): Promise<Map<string, string>> {
  const { findDocument, findFolder } = await readItemsByPath(db, workspaceId, paths);
  return new Map(
    paths.flatMap((path): [string, string][] => {
      const id = findDocument(path)?.id ?? findFolder(path);
      return id ? [[toPathKey(path), id]] : [];
    }),
  );
}
