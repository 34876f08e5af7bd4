import type { Database } from "@mdreader/db";

import type { Bus, Logger } from "../../ports.ts";
import type { SetTimer } from "../../util/set-timer.ts";
import { type EditorTracker, createEditorTracker } from "../version/editor-tracker.ts";
import {
  createDocumentMaintenance,
  type DocumentMaintenance,
  passesFoldCheck,
} from "./maintenance/maintenance.ts";
import { createEditNotifier } from "./read/edit-notifier.ts";
import { createDamageReports } from "./store/damage.ts";
import { createDocumentStore, type DocumentStore } from "./store/document-store.ts";
import { type AuthorizedPusher, createAuthorizedPusher } from "./write/authorized-push.ts";
import { createUpdateCommitter } from "./write/push.ts";

/** The documents that this process has open, for the lifetime of the process. */
export interface LiveDocuments extends DocumentStore, AuthorizedPusher, Pick<EditorTracker, "track"> {
  /** Lists the documents of a workspace whose stored texts lag behind live edits. */
  listStale(workspaceId: string): Promise<string[]>;
  /** Writes the texts of these documents, so that a search finds them. */
  flush(documentIds: readonly string[]): Promise<void>;
  /** Number of unreadable documents that this process knows of. */
  readonly damagedCount: number;
  /** Completes the pending maintenance. Call it before closing the database. */
  close(): Promise<void>;
}

export function createLiveDocuments(
  { database, bus, log }: { database: Database; bus: Bus; log: Logger },
  schedule: SetTimer,
): LiveDocuments {
  const damage = createDamageReports(log);
  const store = createDocumentStore(database, damage);
  const maintenance: DocumentMaintenance = createDocumentMaintenance(database, store, log, schedule);
  const editNotifier = createEditNotifier(bus, schedule);
  const observedStore: DocumentStore = {
    read: (id, look) => store.read(id, look),
    encoded: (id) => store.encoded(id),
    inTurn: (id, userId, job) => store.inTurn(id, userId, job),
    reloadAll: () => store.reloadAll(),
    async write(id, plan, options) {
      const done = await store.write(id, plan, options);
      if (done.to > done.from) {
        if (!done.hasText || passesFoldCheck(done)) maintenance.schedule(id);
        editNotifier.notify(id, done.workspaceId, done.to);
      }
      return done;
    },
  };
  const authorizedPush = createAuthorizedPusher(createUpdateCommitter({ bus }, observedStore));
  const editorTracker = createEditorTracker(database, observedStore, log, schedule);
  return {
    ...observedStore,
    ...authorizedPush,
    get damagedCount() {
      return damage.count;
    },
    track: (documentId) => editorTracker.track(documentId),
    listStale: (workspaceId) => maintenance.listStale(workspaceId),
    flush: (documentIds) => maintenance.flush(documentIds),
    async close() {
      await editorTracker.close();
      await maintenance.close();
    },
  };
}
