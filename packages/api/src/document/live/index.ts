import type { Database } from "@mdreader/db";

import type { Bus, Logger } from "../../ports.ts";
import type { Schedule } from "../../realtime/schedule.ts";
import { createPusher, type Pusher } from "./push.ts";
import { createUpkeep, type Upkeep } from "./upkeep.ts";
import { createWorkshop, type Workshop } from "./workshop.ts";

/** The documents that this process works on, as long as it lives. */
export interface LiveDocuments extends Workshop, Pusher {
  /** Writes what is waiting to be derived from the logs. To be called before the database is closed. */
  close(): Promise<void>;
}

export function createLiveDocuments(
  { database, bus, log }: { database: Database; bus: Bus; log: Logger },
  schedule: Schedule,
): LiveDocuments {
  const workshop = createWorkshop(database);
  const upkeep: Upkeep = createUpkeep(database, workshop, log, schedule);
  const tended: Workshop = {
    read: (id, look) => workshop.read(id, look),
    async write(id, plan) {
      const written = await workshop.write(id, plan);
      if (written.to > written.from) upkeep.changed(id);
      return written;
    },
  };
  const pusher = createPusher({ bus }, tended);
  return { ...tended, ...pusher, close: () => upkeep.close() };
}
