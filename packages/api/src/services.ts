import { createAccessWatch } from "./access/watch.ts";
import type { Ports, Services } from "./context.ts";
import { createLinkReader } from "./document/links/link-reader.ts";
import { createLiveDocuments } from "./document/live/index.ts";
import { createFileLinkSigner } from "./file/links.ts";
import { createPresence } from "./presence/presence.ts";
import { createLookout } from "./realtime/lookout.ts";
import { systemSchedule } from "./realtime/schedule.ts";
import { createTextWork } from "./text/text-work.ts";

/**
 * Makes what lives as long as the process from what it is given. `closeServices` ends it, before the database is closed.
 */
export function createServices(ports: Ports): Services {
  return {
    ...ports,
    accessWatch: createAccessWatch(ports, systemSchedule),
    documents: createLiveDocuments(ports, systemSchedule),
    fileLinks: createFileLinkSigner(ports),
    linkReader: createLinkReader(ports),
    lookout: createLookout(ports, systemSchedule),
    presence: createPresence(ports, systemSchedule),
    textWork: createTextWork(ports),
  };
}

/** Finishes what is waiting: nothing acknowledged depends on it, but readers see the newest text sooner. */
export async function closeServices({
  accessWatch,
  documents,
  linkReader,
  lookout,
  presence,
  textWork,
}: Services): Promise<void> {
  accessWatch.close();
  lookout.close();
  await Promise.all([documents.close(), linkReader.close(), presence.close(), textWork.close()]);
}
