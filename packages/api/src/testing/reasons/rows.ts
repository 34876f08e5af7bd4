import { authReasons } from "./auth.ts";
import { documentReasons } from "./document.ts";
import type { FailingRows } from "./fixture.ts";
import { passkeyReasons } from "./passkey.ts";
import { workspaceReasons } from "./workspace.ts";

/** One line per feature. */
export const failingRows = {
  ...authReasons,
  ...documentReasons,
  ...passkeyReasons,
  ...workspaceReasons,
} as const satisfies FailingRows;
