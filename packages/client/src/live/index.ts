export type { RemoteState } from "./awareness.ts";
export { userColor } from "./user-color.ts";
export { UnsavedError } from "./failures.ts";
export { forgetSentDocuments, type IndexedDbStore, indexedDbStore } from "./indexed-db.ts";
export type { Observed } from "./observable.ts";
export {
  type LiveDocument,
  type LiveMeta,
  type OpenDocumentOptions,
  RemoteChange,
  type SaveState,
} from "./live-document.ts";
export { openDocument } from "./open-document.ts";
export { type StoredDocument, type LiveStore, memoryStore, type PendingUpdate } from "./store.ts";
export { watchPresence, type WatchPresenceOptions } from "./watch-presence.ts";
export type { MemberKey, Person, PresenceEvent, PresenceMember } from "../types.ts";
