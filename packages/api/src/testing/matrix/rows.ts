import { authRows } from "./auth.ts";
import { commentRows } from "./comment.ts";
import { documentRows } from "./document.ts";
import { fileRows } from "./file.ts";
import type { MatrixActor, MatrixFixture } from "./fixture.ts";
import { presenceRows } from "./presence.ts";
import { shareRows } from "./share.ts";
import { workspaceRows } from "./workspace.ts";

/**
 * The input of each procedure in the matrix. Given the fixture and the actor, a row returns an input, or a promise of
 * one, with which a permitted call succeeds. Rows create required resources, such as a document to delete, in that
 * fixture.
 */
export type Rows = Record<string, (world: MatrixFixture, who: MatrixActor) => unknown>;

/** One line per feature. */
export const rows: Rows = {
  ...authRows,
  ...commentRows,
  ...documentRows,
  ...fileRows,
  ...presenceRows,
  ...shareRows,
  ...workspaceRows,
};
