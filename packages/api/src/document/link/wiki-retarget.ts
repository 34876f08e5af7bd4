import type { Executor } from "@mdreader/db";
import {
  createWikiLinkResolver,
  type ResolveWikiLink,
  parseWikiPath,
  type WikiTarget,
  wikiPath,
  writeWikiTarget,
} from "@mdreader/markdown";

import {
  toPreviousFolders,
  leadsToMovedItem,
  maxLinks,
  type MovedItem,
  type RelocatedDocument,
} from "./moved-item.ts";
import { removeMarkdownExtension } from "./search-links.ts";
import { listCandidateNames, findLinkCandidates, type LinkCandidate, parseWikiLinks } from "./wiki-links.ts";

/**
 * Returns the new targets of a document's wiki links, by the paths of the old ones, for links that a rename or a
 * move has broken or redirected. A plain name is kept if it is unambiguous; otherwise it becomes the path from the
 * root.
 */
export async function findWikiRetargets(
  db: Executor,
  moved: MovedItem,
  document: RelocatedDocument,
  links: readonly string[],
): Promise<[string, string][]> {
  const targets = [...parseWikiLinks(links)].slice(0, maxLinks);
  if (targets.length === 0) return [];
  const names = [...listCandidateNames(targets.map(([, target]) => target)), moved.to.at(-1) ?? ""];
  const candidates = await findLinkCandidates(db, document.workspaceId, names, document.id);
  const resolve = createWikiLinkResolver(candidates);
  const resolvePrevious = createWikiLinkResolver(
    candidates.map((item) => ({ ...item, path: toPreviousPath(moved, item) })),
  );
  // For an attachment that is listed by its alias as well, use its path.
  const candidatesById = new Map(candidates.toReversed().map((item) => [item.id, item]));
  const hasMoved = toPreviousFolders(moved, document) !== null;
  return targets.flatMap(([link, target]): [string, string][] => {
    const intended = resolvePrevious(target, document.before);
    if (intended === undefined || resolve(target, document.folders)?.id === intended.id) return [];
    const candidate = candidatesById.get(intended.id);
    // Renames of other items are not reverted, so repeating an update changes nothing.
    if (
      candidate === undefined ||
      !(hasMoved || intended.id === moved.id || leadsToMovedItem(moved, candidate.path))
    )
      return [];
    const written = writeShortestLink(target, candidate, document, resolve);
    return written === null ? [] : [[link, written]];
  });
}

/** Returns the path before the move. Attachments of a moved document moved with it. */
function toPreviousPath(moved: MovedItem, candidate: LinkCandidate): readonly string[] {
  const { id, path } = candidate;
  if (moved.kind === "document") {
    if (id === moved.id) return moved.from;
    const isAttached = candidate.kind === "file" && candidate.row.documentId === moved.id;
    return isAttached ? [...moved.from.slice(0, -1), ...path.slice(moved.to.length - 1)] : path;
  }
  return leadsToMovedItem(moved, path)
    ? [...(toPreviousFolders(moved, { id, folders: path }) ?? path)]
    : path;
}

/** Returns the shortest link that leads to a path: the name if possible, otherwise the path. */
function writeShortestLink(
  target: WikiTarget,
  { id, kind, path }: LinkCandidate,
  { folders }: RelocatedDocument,
  resolve: ResolveWikiLink<LinkCandidate>,
): string | null {
  const hasExtension = /\.md$/i.test(target.names.at(-1) ?? "");
  const last = path.at(-1) ?? "";
  const file = kind === "document" && !hasExtension ? removeMarkdownExtension(last) : last;
  const fullPath = [...path.slice(0, -1), file];
  const isName = target.names.length === 1 && target.start === "anywhere";
  const start = target.start === "root" ? "root" : "anywhere";
  for (const names of isName ? [[file], fullPath] : [fullPath]) {
    const written = writeWikiTarget(names, { ...target, start });
    const read = written === null ? null : parseWikiPath(wikiPath(written) ?? "");
    if (read !== null && resolve(read, folders)?.id === id) return written;
  }
  return null;
}
