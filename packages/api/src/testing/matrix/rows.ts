import { authRows } from "./auth/auth.ts";
import { commentRows } from "./document/comment.ts";
import { documentRows } from "./document/document.ts";
import { shareRows } from "./document/share.ts";
import { fileRows } from "./file.ts";
import type { Rows } from "./fixture.ts";
import { presenceRows } from "./presence.ts";
import { workspaceRows } from "./workspace/workspace.ts";

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
