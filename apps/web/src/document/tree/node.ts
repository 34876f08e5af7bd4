import type { RouterInputs, RouterOutputs } from "@mdreader/client";

export type Node = RouterOutputs["document"]["tree"]["items"][number];

/** The order of a folder's contents. */
export type ChildrenOrder = RouterOutputs["document"]["tree"]["childrenOrder"];

/** The siblings before or after which a node is placed. */
export type Place = Pick<RouterInputs["document"]["move"], "beforeId" | "afterId">;

/** Number of nodes fetched per page of a folder. */
const folderPageSize = 100;

/** The query input of a folder, which also identifies it in the cache. */
export const toFolderQueryInput = (workspaceId: string, folderId: string | null) => ({
  workspaceId,
  folderId,
  limit: folderPageSize,
});

/** The properties that identify a node to people and to the server. */
export type NamedNode = Pick<Node, "id" | "kind" | "name">;

/** A node and the folder that contains it. */
export interface PositionedNode<Of extends NamedNode = NamedNode> {
  node: Of;
  /** The containing folder; null for the root. */
  folderId: string | null;
}
