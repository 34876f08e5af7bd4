import type { RouterOutputs } from "@mdreader/client";

export type Node = RouterOutputs["document"]["tree"]["items"][number];

/** Number of nodes fetched per page of a folder. */
export const folderPageSize = 100;

/** A node and the folder that contains it. */
export interface PositionedNode {
  node: Node;
  /** The containing folder; null for the root. */
  folderId: string | null;
}
