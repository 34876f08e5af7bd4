export { type Client, type ClientOptions, type ClientSession, createClient } from "./client.ts";
export {
  type FailedCall,
  fieldErrorsOf,
  isReason,
  isUnreachable,
  reasonOf,
  retryAfterOf,
  rolesOf,
} from "./errors.ts";
export { withIdempotencyKey } from "./idempotency.ts";
export type { HeaderSource } from "./links.ts";
export type { CallFailure } from "./report-link.ts";
export type { ImportArchive, ImportArchiveOptions, ImportReport } from "./files/archive.ts";
export type { FileSource, StreamedFile } from "./files/source.ts";
export type { UploadFile, UploadOptions, WorkspaceFile } from "./files/upload.ts";
export type { LiveTransport } from "./live-connection.ts";
export { everyItem, everyPage } from "./paginate.ts";
export { browserTokens, memoryTokens, type TokenStore } from "./tokens.ts";
export type {
  AppRouter,
  CommentThread,
  DocumentSummary,
  DocumentVersion,
  DocumentWithContent,
  RouterInputs,
  RouterOutputs,
  SearchHit,
  Tokens,
  User,
  Workspace,
  WorkspaceEvent,
  WorkspaceMember,
} from "./types.ts";
export { type FieldErrors, type Reason, reasons } from "@mdreader/contract/errors";
export { type EventKind, eventKinds } from "@mdreader/contract/event-kinds";
export type { ErrorsOf, ProcedureName } from "@mdreader/contract/procedures";
export {
  anyLineEnding,
  countLineEndings,
  type LineEnding,
  lineStarts,
  findMostFrequent,
  findPreferredLineEnding,
  withLineEnding,
} from "@mdreader/contract/line-endings";
export { maxDocumentBytes, maxNameLength } from "@mdreader/contract/limits";
export { type Action, can, canManageRole, type Role, roles } from "@mdreader/contract/policy";
export type { VersionMismatch } from "./version-mismatch.ts";
