import { adminRows } from "./auth/admin/admin.ts";
import { auditRows } from "./auth/admin/audit.ts";
import { settingsRows } from "./auth/admin/settings.ts";
import { systemRows } from "./auth/admin/system.ts";
import { userRows } from "./auth/admin/user.ts";
import { managedWorkspaceRows } from "./auth/admin/workspace.ts";
import { apiKeyRows } from "./auth/api-key.ts";
import { authRows } from "./auth/auth.ts";
import { deviceRows } from "./auth/device.ts";
import { emailChangeRows } from "./auth/email-change.ts";
import { identityRows } from "./auth/identity.ts";
import { passkeyRows } from "./auth/passkey.ts";
import { secondFactorRows } from "./auth/second-factor.ts";
import { sessionRows } from "./auth/session.ts";
import { collabRows } from "./document/collab.ts";
import { commentRows } from "./document/comment.ts";
import { documentRows } from "./document/document.ts";
import { favoriteRows } from "./document/favorite.ts";
import { folderRows } from "./document/folder.ts";
import { linkRows } from "./document/link.ts";
import { searchRows } from "./document/search.ts";
import { shareRows } from "./document/share.ts";
import { transferRows } from "./document/transfer.ts";
import { versionRows } from "./document/version.ts";
import { visitRows } from "./document/visit.ts";
import { fileRows } from "./file.ts";
import type { Rows } from "./fixture.ts";
import { presenceRows } from "./presence.ts";
import { accessRows } from "./workspace/access.ts";
import { workspaceApiKeyRows } from "./workspace/api-key.ts";
import { invitationRows } from "./workspace/invitation.ts";
import { memberRows } from "./workspace/member.ts";
import { workspaceRows } from "./workspace/workspace.ts";

/** One line per feature. */
export const rows: Rows = {
  ...adminRows,
  ...auditRows,
  ...settingsRows,
  ...systemRows,
  ...userRows,
  ...managedWorkspaceRows,
  ...apiKeyRows,
  ...authRows,
  ...deviceRows,
  ...emailChangeRows,
  ...identityRows,
  ...passkeyRows,
  ...secondFactorRows,
  ...sessionRows,
  ...collabRows,
  ...commentRows,
  ...documentRows,
  ...favoriteRows,
  ...folderRows,
  ...linkRows,
  ...searchRows,
  ...shareRows,
  ...transferRows,
  ...versionRows,
  ...visitRows,
  ...fileRows,
  ...presenceRows,
  ...accessRows,
  ...workspaceApiKeyRows,
  ...invitationRows,
  ...memberRows,
  ...workspaceRows,
};
