import type { Database } from "@mdreader/db";

import type { Bus, Logger } from "../../ports.ts";
import type { Schedule } from "../../realtime/schedule.ts";
import { type Attendance, createAttendance } from "../history/attendance.ts";
import { createDamageReports } from "./damage.ts";
import { createDocumentStore, type DocumentStore } from "./document-store.ts";
import { createEditFeed } from "./edit-feed.ts";
import { type CheckedPusher, createCheckedPusher } from "./push-checked.ts";
import { createPusher } from "./push.ts";
import { createUpkeep, type Upkeep } from "./upkeep.ts";

/** The documents that this process works on, as long as it lives. */
export interface LiveDocuments extends DocumentStore, CheckedPusher, Pick<Attendance, "attend"> {
  /** The documents of a workspace whose texts live edits have gone ahead of. */
  lagging(workspaceId: string): Promise<string[]>;
  /** Writes the texts of these, for a search to find. */
  settle(documentIds: readonly string[]): Promise<void>;
  /** How many documents can't be read, as far as this process knows. */
  readonly damagedCount: number;
  /** Writes what is waiting to be derived from the logs. To be called before the database is closed. */
  close(): Promise<void>;
}

export function createLiveDocuments(
  { database, bus, log }: { database: Database; bus: Bus; log: Logger },
  schedule: Schedule,
): LiveDocuments {
  const damage = createDamageReports(log);
  const store = createDocumentStore(database, damage);
  const upkeep: Upkeep = createUpkeep(database, store, log, schedule);
  const feed = createEditFeed(bus, schedule);
  const tended: DocumentStore = {
    read: (id, look) => store.read(id, look),
    encoded: (id) => store.encoded(id),
    inTurn: (id, userId, job) => store.inTurn(id, userId, job),
    async write(id, plan) {
      const done = await store.write(id, plan);
      if (done.to > done.from) {
        upkeep.changed(id);
        feed.edited(id, done.workspaceId, done.to);
      }
      return done;
    },
  };
  const pusher = createCheckedPusher(createPusher({ bus }, tended));
  const attendance = createAttendance(database, tended, log, schedule);
  return {
    ...tended,
    ...pusher,
    get damagedCount() {
      return damage.count;
    },
    attend: (documentId) => attendance.attend(documentId),
    lagging: (workspaceId) => upkeep.lagging(workspaceId),
    settle: (documentIds) => upkeep.settle(documentIds),
    async close() {
      await attendance.close();
      await upkeep.close();
    },
  };
}
