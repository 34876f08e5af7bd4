import type { Executor } from "@mdreader/db";
import {
  createWikiLinkResolver,
  type ResolveWikiLink,
  parseWikiPath,
  type WikiTarget,
  wikiPath,
  writeWikiTarget,
} from "@mdreader/markdown";

import { previousFolders, leadsToMovedItem, type MovedItem } from "./moved-item.ts";
import { withoutEnding } from "./search-links.ts";
import {
  candidateNames,
  findLinkCandidates,
  type LinkCandidate,
  type WikiOrigin,
  wikiTargets,
} from "./wiki-links.ts";

/** A document whose links are checked, with its current and previous folders. */
interface LinkingDocument extends WikiOrigin {
  folders: readonly string[];
  before: readonly string[];
}

/** Maximum number of distinct wiki links per document. Further ones are ignored. */
const maxLinks = 500;

/**
 * Returns the new targets of a document's wiki links, by the paths of the old ones, for links that a rename or a
 * move has broken or redirected. A plain name is kept if it is unambiguous; otherwise it becomes the path from the
 * root.
 */
export async function findWikiRetargets(
  db: Executor,
  moved: MovedItem,
  document: LinkingDocument,
  links: readonly string[],
): Promise<[string, string][]> {
  const targets = [...wikiTargets(links)].slice(0, maxLinks);
  if (targets.length === 0) return [];
  const names = [...candidateNames(targets.map(([, target]) => target)), moved.to.at(-1) ?? ""];
  const now = await findLinkCandidates(db, document.workspaceId, names, document.id);
  const follow = createWikiLinkResolver(now);
  const followBefore = createWikiLinkResolver(now.map((one) => ({ ...one, path: pathBefore(moved, one) })));
  // For an attachment that is listed by its alias as well, use its path.
  const places = new Map(now.toReversed().map((one) => [one.id, one]));
  const hasMoved = previousFolders(moved, document) !== null;
  return targets.flatMap(([link, target]): [string, string][] => {
    const intended = followBefore(target, document.before);
    if (intended === undefined || follow(target, document.folders)?.id === intended.id) return [];
    const place = places.get(intended.id);
    // Renames of other items are not reverted, so repeating an update changes nothing.
    if (place === undefined || !(hasMoved || intended.id === moved.id || leadsToMovedItem(moved, place.path)))
      return [];
    const written = writeLink(target, place, document, follow);
    return written === null ? [] : [[link, written]];
  });
}

/** Returns the path before the move. Attachments of a moved document moved with it. */
function pathBefore(moved: MovedItem, namesake: LinkCandidate): readonly string[] {
  const { id, path } = namesake;
  if (moved.kind === "document") {
    if (id === moved.id) return moved.from;
    const isAttached = namesake.kind === "file" && namesake.row.documentId === moved.id;
    return isAttached ? [...moved.from.slice(0, -1), ...path.slice(moved.to.length - 1)] : path;
  }
  return leadsToMovedItem(moved, path) ? [...(previousFolders(moved, { id, folders: path }) ?? path)] : path;
}

/** Returns the shortest link that leads to a path: the name if possible, otherwise the path. */
function writeLink(
  target: WikiTarget,
  { id, kind, path }: LinkCandidate,
  { folders }: LinkingDocument,
  follow: ResolveWikiLink<LinkCandidate>,
): string | null {
  const isWhole = /\.md$/i.test(target.names.at(-1) ?? "");
  const last = path.at(-1) ?? "";
  const file = kind === "document" && !isWhole ? withoutEnding(last) : last;
  const fullPath = [...path.slice(0, -1), file];
  const isName = target.names.length === 1 && target.start === "anywhere";
  const start = target.start === "root" ? "root" : "anywhere";
  for (const names of isName ? [[file], fullPath] : [fullPath]) {
    const written = writeWikiTarget(names, { ...target, start });
    const read = written === null ? null : parseWikiPath(wikiPath(written) ?? "");
    if (read !== null && follow(read, folders)?.id === id) return written;
  }
  return null;
}
