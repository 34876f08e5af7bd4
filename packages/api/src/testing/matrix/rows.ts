import { authRows } from "./auth.ts";
import { commentRows } from "./comment.ts";
import { documentRows } from "./document.ts";
import { fileRows } from "./file.ts";
import type { Rows } from "./fixture.ts";
import { presenceRows } from "./presence.ts";
import { shareRows } from "./share.ts";
import { workspaceRows } from "./workspace.ts";

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
