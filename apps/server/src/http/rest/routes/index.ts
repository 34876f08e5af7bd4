import type { Routes } from "../route.ts";
import { adminRoutes } from "./auth/admin/admin.ts";
import { auditRoutes } from "./auth/admin/audit.ts";
import { settingsRoutes } from "./auth/admin/settings.ts";
import { systemRoutes } from "./auth/admin/system.ts";
import { userRoutes } from "./auth/admin/user.ts";
import { managedWorkspaceRoutes } from "./auth/admin/workspace.ts";
import { apiKeyRoutes } from "./auth/api-key.ts";
import { authRoutes } from "./auth/auth.ts";
import { deviceRoutes } from "./auth/device.ts";
import { emailChangeRoutes } from "./auth/email-change.ts";
import { identityRoutes } from "./auth/identity.ts";
import { passkeyRoutes } from "./auth/passkey.ts";
import { secondFactorRoutes } from "./auth/second-factor.ts";
import { sessionRoutes } from "./auth/session.ts";
import { collabRoutes } from "./document/collab.ts";
import { commentRoutes } from "./document/comment.ts";
import { documentRoutes } from "./document/document.ts";
import { favoriteRoutes } from "./document/favorite.ts";
import { folderRoutes } from "./document/folder.ts";
import { linkRoutes } from "./document/link.ts";
import { searchRoutes } from "./document/search.ts";
import { createShareRoutes } from "./document/share.ts";
import { transferRoutes } from "./document/transfer.ts";
import { versionRoutes } from "./document/version.ts";
import { visitRoutes } from "./document/visit.ts";
import { fileRoutes } from "./file.ts";
import { presenceRoutes } from "./presence.ts";
import { accessRoutes } from "./workspace/access.ts";
import { workspaceApiKeyRoutes } from "./workspace/api-key.ts";
import { invitationRoutes } from "./workspace/invitation.ts";
import { memberRoutes } from "./workspace/member.ts";
import { workspaceRoutes } from "./workspace/workspace.ts";

/** The REST routes of all procedures. */
export const routes: Routes = {
  ...authRoutes,
  ...deviceRoutes,
  ...emailChangeRoutes,
  ...identityRoutes,
  ...passkeyRoutes,
  ...secondFactorRoutes,
  ...sessionRoutes,
  ...apiKeyRoutes,
  ...adminRoutes,
  ...auditRoutes,
  ...settingsRoutes,
  ...systemRoutes,
  ...userRoutes,
  ...managedWorkspaceRoutes,
  ...workspaceRoutes,
  ...accessRoutes,
  ...workspaceApiKeyRoutes,
  ...memberRoutes,
  ...invitationRoutes,
  ...documentRoutes,
  ...favoriteRoutes,
  ...visitRoutes,
  ...folderRoutes,
  ...transferRoutes,
  ...searchRoutes,
  ...linkRoutes,
  ...collabRoutes,
  ...versionRoutes,
  ...commentRoutes,
  ...createShareRoutes,
  ...fileRoutes,
  ...presenceRoutes,
};
