export { type Client, type ClientOptions, type ClientSession, createClient } from "./client.ts";
export { type FailedCall, fieldErrorsOf, isReason, isUnreachable, reasonOf, retryAfterOf } from "./errors.ts";
export { everyItem } from "./pages.ts";
export { browserTokens, memoryTokens, type TokenStore } from "./tokens.ts";
export type { AppRouter, RouterInputs, RouterOutputs } from "./types.ts";
export { type FieldErrors, type Reason, reasons } from "@mdreader/contract/errors";
export { maxDocumentBytes, maxNameLength } from "@mdreader/contract/limits";
export { type Action, can, canManageRole, type Role, roles } from "@mdreader/contract/policy";
export type { Tokens } from "./types.ts";
