import type { Database } from "@mdreader/db";
import QuickLRU from "quick-lru";

import type { Bus, Logger } from "../../ports.ts";
import type { Schedule } from "../../realtime/schedule.ts";
import { type Attendance, createAttendance } from "../history/attendance.ts";
import { createEditFeed } from "./edit-feed.ts";
import { type CheckedPusher, createCheckedPusher } from "./push-checked.ts";
import { createPusher } from "./push.ts";
import { createUpkeep, type Upkeep } from "./upkeep.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

const rememberedReads = 20_000;

/** The documents that this process works on, as long as it lives. */
export interface LiveDocuments extends Workshop, CheckedPusher, Pick<Attendance, "attend"> {
  /** Notes that someone has read a version, for when they write a text and don't say from which. */
  noteRead(userId: string, documentId: string, version: number): void;
  /** The version that someone has read last, through this process; null where that is not known any more. */
  lastRead(userId: string, documentId: string): number | null;
  /** The documents of a workspace whose texts live edits have gone ahead of. */
  lagging(workspaceId: string): Promise<string[]>;
  /** Writes the texts of these, for a search to find. */
  settle(documentIds: readonly string[]): Promise<void>;
  /** Writes what is waiting to be derived from the logs. To be called before the database is closed. */
  close(): Promise<void>;
}

export function createLiveDocuments(
  { database, bus, log }: { database: Database; bus: Bus; log: Logger },
  schedule: Schedule,
): LiveDocuments {
  const workshop = createWorkshop(database);
  const upkeep: Upkeep = createUpkeep(database, workshop, log, schedule);
  const feed = createEditFeed(bus, schedule);
  const tended: Workshop = {
    read: (id, look) => workshop.read(id, look),
    encoded: (id) => workshop.encoded(id),
    async write(id, plan) {
      const written = await workshop.write(id, plan);
      if (written.to > written.from) {
        upkeep.changed(id);
        feed.edited(id, written.workspaceId, written.to);
      }
      return written;
    },
  };
  const pusher = createCheckedPusher(createPusher({ bus }, tended));
  const attendance = createAttendance(database, tended, log, schedule);
  const reads = new QuickLRU<string, number>({ maxSize: rememberedReads });
  return {
    ...tended,
    ...pusher,
    attend: (documentId) => attendance.attend(documentId),
    noteRead: (userId, documentId, version) => reads.set(`${userId}:${documentId}`, version),
    lastRead: (userId, documentId) => reads.get(`${userId}:${documentId}`) ?? null,
    lagging: (workspaceId) => upkeep.lagging(workspaceId),
    settle: (documentIds) => upkeep.settle(documentIds),
    async close() {
      await attendance.close();
      await upkeep.close();
    },
  };
}
