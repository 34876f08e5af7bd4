export { requireCredential } from "./access/gate.ts";
export { identifyCaller } from "./access/identify.ts";
export {
  subscribeAccessChanged,
  subscribeCredentialEnded,
  publishMembershipChanged,
  publishSessionEnded,
  publishUserChanged,
} from "./access/revocation.ts";
export { authenticate } from "./auth/authenticate.ts";
export { toNetwork } from "./auth/limits.ts";
export { createPasswordHasher } from "./auth/passwords.ts";
export { sweepEmailTokens, sweepSessions } from "./auth/sweep.ts";
export { createTokenIssuer } from "./auth/tokens.ts";
export { sweepTrash } from "./document/sweep.ts";
export { findSharedFileForRequest } from "./document/share/file.ts";
export { sweepFiles } from "./file/sweep.ts";
export type { LinkPurpose } from "./file/links.ts";
export { toHex, storageKey, fileNameFromPath } from "./file/file.ts";
export { isShownInline } from "./file/media-type.ts";
export { findFileToSend } from "./file/read.ts";
export { readThumbnail } from "./file/thumbnail.ts";
export { receiveBytes, readReceivedBytes, findUploadToReceive } from "./file/receive.ts";
export { exportArchive, authorizeExport } from "./transfer/export.ts";
export { importArchive } from "./transfer/import.ts";
export { authorizeImport } from "./transfer/procedures.ts";
export { AppError } from "./errors.ts";
export type { Caller, Context, Credential, Ports, RefreshCookie, RequestInfo, Services } from "./context.ts";
export type * from "./ports.ts";
export { createInProcessBus } from "./realtime/in-process-bus.ts";
export { type AppRouter, appRouter } from "./root.ts";
export { toAppError, toTrpcError } from "./trpc/errors.ts";
export { createCallerFactory, type ProcedureMeta } from "./trpc/init.ts";
export type { Backpressure } from "./trpc/iterable.ts";
export { ignoreUnhandledError } from "./streams.ts";
export { closeServices, createServices } from "./services.ts";
export { sweepWorkspaces } from "./workspace/sweep.ts";
export { saveIdleEditSessions } from "./document/history/spell.ts";
export { type Repair, repairDocument } from "./document/live/repair.ts";
export { sweepIdempotencyKeys, recoverStaleDocuments } from "./document/live/upkeep.ts";
