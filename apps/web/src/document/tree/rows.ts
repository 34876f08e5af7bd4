import type { ChildrenOrder, Node, PositionedNode } from "./node.ts";

/** The loaded part of a folder's contents. */
export interface Level {
  nodes: readonly Node[];
  order: ChildrenOrder;
  state: "loading" | "failed" | "partial" | "complete";
  /** Why the contents can't be shown. */
  error: string | null;
  /** Fetches the next page, or tries again. Does nothing while that is under way. */
  loadMore: () => void;
}

/** The contents of a workspace's open folders by ID; null is the root. */
export type Levels = ReadonlyMap<string | null, Level>;

interface Position {
  key: string;
  folderId: string | null;
  depth: number;
  /** The place among its siblings, from 1. */
  place: number;
  /** The number of siblings; -1 if it is not known yet. */
  count: number;
}

export interface NodeRow extends Position, PositionedNode<Node> {
  kind: "node";
}

/** A row without a node: what a folder's contents lack. */
export interface NoteRow extends Position {
  kind: "note";
  level: Level | undefined;
}

export type TreeRow = NodeRow | NoteRow;

/** The rows of the tree from top to bottom: the root's contents, and below each open folder its contents. */
export function createRows(levels: Levels, isOpen: (id: string) => boolean): TreeRow[] {
  const rows: TreeRow[] = [];
  const addLevel = (folderId: string | null, depth: number) => {
    const level = levels.get(folderId);
    const nodes = level?.nodes ?? [];
    const isWhole = level?.state === "complete";
    const count = isWhole ? Math.max(1, nodes.length) : -1;
    const sorted = isWhole && level.order === "name" ? sortForReader(nodes) : nodes;
    sorted.forEach((node, index) => {
      rows.push({ kind: "node", key: node.id, node, folderId, depth, place: index + 1, count });
      if (node.kind === "folder" && isOpen(node.id)) addLevel(node.id, depth + 1);
    });
    if (isWhole && nodes.length > 0) return;
    const key = `note ${folderId}`;
    rows.push({ kind: "note", key, level, folderId, depth, place: nodes.length + 1, count });
  };
  addLevel(null, 0);
  return rows;
}

const collator = new Intl.Collator(navigator.languages, { numeric: true });

/**
 * Sorts a complete folder that is in order by name by the rules of the reader's language. The server's order, in which a
 * folder is read page by page, is the same for everybody.
 */
function sortForReader(nodes: readonly Node[]): Node[] {
  return nodes.toSorted(
    (a, b) =>
      Number(a.kind === "document") - Number(b.kind === "document") || collator.compare(a.name, b.name),
  );
}
