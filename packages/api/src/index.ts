export { sweepIdempotentCalls } from "./idempotency/idempotent-call.ts";
export { requireCredential } from "./access/identity.ts";
export { identifyCaller } from "./access/identify.ts";
export {
  subscribeAccessChanged,
  subscribeCredentialEnded,
  publishMembershipChanged,
  publishSessionEnded,
  publishUserChanged,
} from "./access/monitor/access-changes.ts";
export {
  createPasswordLink,
  createSuperuser,
  removeLostSecondFactor,
  removeSuperuser,
} from "./auth/admin/shell.ts";
export { prepareSetup, type Setup } from "./auth/admin/setup-link.ts";
export { listSuperusers } from "./auth/admin/superusers.ts";
export { authenticate } from "./auth/authenticate.ts";
export { endProviderSessions } from "./auth/identity/end-provider-sessions.ts";
export { createLinkTickets, createLinkTokens } from "./auth/identity/link-tokens.ts";
export { signInWithIdentity } from "./auth/identity/sign-in.ts";
export { maxGroups, type VerifiedIdentity, verifiedIdentity } from "./auth/identity/verified-identity.ts";
export { toNetwork } from "./auth/rate-limit-keys.ts";
export { createPasswordHasher, type PasswordHasherOptions } from "./auth/password/password-hasher.ts";
export { createSealedTokens } from "./auth/sealed-tokens.ts";
export {
  sweepAuditEntries,
  sweepDeviceAuthorizations,
  sweepDeletedAccounts,
  sweepPasskeyChallenges,
  sweepEmailChanges,
  sweepEmailTokens,
  sweepSessions,
} from "./auth/sweep.ts";
export { enforceSecondFactor } from "./auth/second-factor/enforce.ts";
export { createTokenIssuer } from "./auth/session/tokens.ts";
export { recoverPendingFolders } from "./document/folder/move-contents.ts";
export { sweepTrash } from "./document/sweep.ts";
export { findShareTitle } from "./document/share/find.ts";
export { findSharedFileForRequest } from "./document/share/shared-file.ts";
export { sweepFiles } from "./file/sweep.ts";
export type { LinkPurpose } from "./access/signed-links.ts";
export { toHex, toStorageKey, parseFileName } from "./file/file.ts";
export { isShownInline } from "./file/media-type.ts";
export { findFileToSend } from "./file/download-url.ts";
export { readThumbnail } from "./file/thumbnail.ts";
export { receiveBytes, readReceivedBytes, findUploadToReceive } from "./file/receive-upload.ts";
export { exportAccount } from "./auth/account/export-account.ts";
export { exportArchive, authorizeExport } from "./document/transfer/export.ts";
export { authorizeHtmlExport, exportHtml } from "./document/transfer/export-html.ts";
export { pagePolicy } from "./document/transfer/html-page.ts";
export { importArchive } from "./document/transfer/import.ts";
export { authorizeImport } from "./document/transfer/procedures.ts";
export { type DescribedProcedure, type DescribedSchema, describeProcedures } from "./describe.ts";
export { AppError } from "./errors.ts";
export type { Context, RefreshCookie, RequestInfo, Services } from "./context.ts";
export type { AuthenticatedCredential, Caller, Credential } from "./access/identity.ts";
export type { Ports } from "./ports.ts";
export type * from "./ports.ts";
export { type CallerOptions, createCaller } from "./create-caller.ts";
export { createInProcessBus } from "./realtime/in-process-bus.ts";
export { type AppRouter, appRouter, type ProcedureCaller } from "./root.ts";
export { toAppError, toTrpcError } from "./trpc/errors.ts";
export { type FormFile, receiveUploadForm } from "./trpc/upload-form.ts";
export { createCallerFactory, type ProcedureMeta } from "./trpc/init.ts";
export type { Backpressure } from "./trpc/iterable.ts";
export { attemptAll } from "./util/attempt-all.ts";
export { ignoreUnhandledError } from "./util/streams.ts";
export { closeServices, createServices } from "./services.ts";
export { sweepWorkspaces } from "./workspace/sweep.ts";
export { saveIdleEditSessions } from "./document/version/edit-session.ts";
export { type Repair, repairDocument } from "./document/collab/maintenance/repair.ts";
export { sweepWriteResponses, recoverStaleDocuments } from "./document/collab/maintenance/maintenance.ts";
