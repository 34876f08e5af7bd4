import { adminProcedures } from "./auth/admin/admin.ts";
import { auditProcedures } from "./auth/admin/audit.ts";
import { settingsProcedures } from "./auth/admin/settings.ts";
import { systemProcedures } from "./auth/admin/system.ts";
import { userProcedures } from "./auth/admin/user.ts";
import { managedWorkspaceProcedures } from "./auth/admin/workspace.ts";
import { apiKeyProcedures } from "./auth/api-key.ts";
import { authProcedures } from "./auth/auth.ts";
import { deviceProcedures } from "./auth/device.ts";
import { emailChangeProcedures } from "./auth/email-change.ts";
import { identityProcedures } from "./auth/identity.ts";
import { passkeyProcedures } from "./auth/passkey.ts";
import { secondFactorProcedures } from "./auth/second-factor.ts";
import { sessionProcedures } from "./auth/session.ts";
import { collabProcedures } from "./document/collab.ts";
import { commentProcedures } from "./document/comment.ts";
import { documentProcedures } from "./document/document.ts";
import { favoriteProcedures } from "./document/favorite.ts";
import { folderProcedures } from "./document/folder.ts";
import { linkProcedures } from "./document/link.ts";
import { searchProcedures } from "./document/search.ts";
import { shareProcedures } from "./document/share.ts";
import { transferProcedures } from "./document/transfer.ts";
import { versionProcedures } from "./document/version.ts";
import { visitProcedures } from "./document/visit.ts";
import { fileProcedures } from "./file.ts";
import { presenceProcedures } from "./presence.ts";
import { accessProcedures } from "./workspace/access.ts";
import { workspaceApiKeyProcedures } from "./workspace/api-key.ts";
import { invitationProcedures } from "./workspace/invitation.ts";
import { memberProcedures } from "./workspace/member.ts";
import { workspaceProcedures } from "./workspace/workspace.ts";

/** Information about each procedure besides its input and output. */
export const procedureNotes = {
  ...adminProcedures,
  ...auditProcedures,
  ...settingsProcedures,
  ...systemProcedures,
  ...userProcedures,
  ...managedWorkspaceProcedures,
  ...apiKeyProcedures,
  ...authProcedures,
  ...deviceProcedures,
  ...emailChangeProcedures,
  ...identityProcedures,
  ...passkeyProcedures,
  ...secondFactorProcedures,
  ...sessionProcedures,
  ...collabProcedures,
  ...commentProcedures,
  ...documentProcedures,
  ...favoriteProcedures,
  ...folderProcedures,
  ...linkProcedures,
  ...searchProcedures,
  ...shareProcedures,
  ...transferProcedures,
  ...versionProcedures,
  ...visitProcedures,
  ...fileProcedures,
  ...presenceProcedures,
  ...invitationProcedures,
  ...accessProcedures,
  ...workspaceApiKeyProcedures,
  ...memberProcedures,
  ...workspaceProcedures,
} as const;
