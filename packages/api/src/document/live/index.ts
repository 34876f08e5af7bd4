import type { Database } from "@mdreader/db";

import type { Bus, Logger } from "../../ports.ts";
import type { Schedule } from "../../realtime/schedule.ts";
import { type Attendance, createAttendance } from "../history/attendance.ts";
import { createEditFeed } from "./edit-feed.ts";
import { type CheckedPusher, createCheckedPusher } from "./push-checked.ts";
import { createPusher } from "./push.ts";
import { createUpkeep, type Upkeep } from "./upkeep.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

/** The documents that this process works on, as long as it lives. */
export interface LiveDocuments extends Workshop, CheckedPusher, Pick<Attendance, "attend"> {
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
  return {
    ...tended,
    ...pusher,
    attend: (documentId) => attendance.attend(documentId),
    lagging: (workspaceId) => upkeep.lagging(workspaceId),
    settle: (documentIds) => upkeep.settle(documentIds),
    async close() {
      await attendance.close();
      await upkeep.close();
    },
  };
}
