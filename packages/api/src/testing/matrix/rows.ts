import { authRows } from "./auth.ts";
import { commentRows } from "./comment.ts";
import { documentRows } from "./document.ts";
import { fileRows } from "./file.ts";
import type { MatrixActor, MatrixFixture } from "./fixture.ts";
import { presenceRows } from "./presence.ts";
import { shareRows } from "./share.ts";
import { workspaceRows } from "./workspace.ts";

/**
 * How each procedure is called in the matrix: given a world and who tries, the input that someone who may call it would
 * succeed with, or a promise of it. What the row must prepare (a document to delete, say) it makes in that world.
 */
export type Rows = Record<string, (world: MatrixFixture, who: MatrixActor) => unknown>;

/** A line a feature. */
export const rows: Rows = {
  ...authRows,
  ...commentRows,
  ...documentRows,
  ...fileRows,
  ...presenceRows,
  ...shareRows,
  ...workspaceRows,
};
