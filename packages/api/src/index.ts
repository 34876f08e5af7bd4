export { presented } from "./access/gate.ts";
export { identify } from "./access/identify.ts";
export {
  onAccessChanged,
  onCredentialEnded,
  publishMembershipChanged,
  publishSessionEnded,
  publishUserChanged,
} from "./access/revocation.ts";
export { authenticate } from "./auth/authenticate.ts";
export { networkOf } from "./auth/limits.ts";
export { createPasswordHasher } from "./auth/passwords.ts";
export { sweepEmailTokens, sweepSessions } from "./auth/sweep.ts";
export { createTokenIssuer } from "./auth/tokens.ts";
export { sweepTrash } from "./document/sweep.ts";
export { sharedFile } from "./document/share/file.ts";
export { sweepFiles } from "./file/sweep.ts";
export type { LinkPurpose } from "./file/links.ts";
export { hexOf, keyOf, nameOf } from "./file/file.ts";
export { isShownInline } from "./file/media-type.ts";
export { fileToSend } from "./file/read.ts";
export { thumbnailOf } from "./file/thumbnail.ts";
export { receive, receivedOf, uploadToReceive } from "./file/receive.ts";
export { exportArchive, workspaceToExport } from "./transfer/export.ts";
export { importArchive } from "./transfer/import.ts";
export { importToRun } from "./transfer/procedures.ts";
export { AppError } from "./errors.ts";
export type { Caller, Context, Credential, Ports, RefreshCookie, RequestFacts, Services } from "./context.ts";
export type * from "./ports.ts";
export { createInProcessBus } from "./realtime/in-process-bus.ts";
export { type AppRouter, appRouter } from "./root.ts";
export { toAppError, toTrpcError } from "./trpc/errors.ts";
export { createCallerFactory, type ProcedureMeta } from "./trpc/init.ts";
export type { Pace } from "./trpc/iterable.ts";
export { keepError } from "./streams.ts";
export { closeServices, createServices } from "./services.ts";
export { sweepWorkspaces } from "./workspace/sweep.ts";
export { endQuietSpells } from "./document/history/spell.ts";
export { type Repair, repairDocument } from "./document/live/repair.ts";
export { sweepWrites, tidyAbandoned } from "./document/live/upkeep.ts";
