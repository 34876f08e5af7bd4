import type { RouterOutputs } from "@mdreader/client";

export type Node = RouterOutputs["document"]["tree"]["items"][number];

/** How many nodes of a level are fetched at once. */
export const folderPageSize = 100;

/** A name under which nodes may be sought or kept, wherever they lie. */
export interface PositionedNode {
  node: Node;
  /** The folder that it lies in; null for none. */
  folderId: string | null;
}
