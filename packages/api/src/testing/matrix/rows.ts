import { workspaceRows } from "./workspace.ts";
import type { World } from "./world.ts";

/**
 * How each procedure is called in the matrix: given a world, the input that someone who may call it would succeed with.
 * What the row must prepare (a document to delete, say) it makes in that world.
 */
export type Rows = Record<string, (world: World) => unknown>;

/** A line a feature. */
export const rows: Rows = {
  ...workspaceRows,
};
