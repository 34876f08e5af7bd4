export {
  createTRPCOptions,
  MDReaderProvider,
  type MDReaderProviderProps,
  type QuerySource,
  type TRPCOptions,
  useClient,
  useTRPC,
} from "./provider.tsx";
export { pagedQuery, shouldRetry } from "./query-options.ts";
export { createTreeCache, type TreeCache } from "./document/tree/tree-cache.ts";
export { type UploadResult, type UploadVariables, useUpload } from "./file/useUpload.ts";
export {
  type PersonPresent,
  useWorkspacePresence,
  type WorkspacePresence,
} from "./presence/useWorkspacePresence.ts";
export {
  useWorkspaceEvents,
  type WorkspaceEventsOptions,
  type WorkspaceEventsResult,
} from "./workspace/event/useWorkspaceEvents.ts";
