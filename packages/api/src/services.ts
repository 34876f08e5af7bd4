import { createAccessMonitor } from "./access/monitor/access-monitor.ts";
import { createLinkSigner } from "./access/signed-links.ts";
import type { Services } from "./context.ts";
import { createLiveDocuments } from "./document/collab/index.ts";
import { createDocumentCreator } from "./document/create.ts";
import { createLinkReader } from "./document/link/link-reader.ts";
import { createSearchIndex } from "./document/search/search-index.ts";
import type { Ports } from "./ports.ts";
import { createPresence } from "./presence/presence.ts";
import { createSequencePoller } from "./realtime/sequence-poller.ts";
import { createTextWorkers } from "./text/text-workers.ts";
import { setSystemTimer } from "./util/set-timer.ts";

/**
 * Creates the objects that live as long as the process from the ports. `closeServices` closes them, before the database
 * is closed.
 */
export function createServices(ports: Ports): Services {
  const documents = createLiveDocuments(ports, setSystemTimer);
  return {
    ...ports,
    accessMonitor: createAccessMonitor(ports, setSystemTimer),
    documentCreator: createDocumentCreator(ports),
    documents,
    linkSigner: createLinkSigner(ports),
    linkReader: createLinkReader(ports),
    searchIndex: createSearchIndex(ports, setSystemTimer),
    sequencePoller: createSequencePoller(ports, setSystemTimer, () => documents.reloadAll()),
    presence: createPresence(ports, setSystemTimer),
    textWorkers: createTextWorkers(ports),
  };
}

/** Finishes pending work. No acknowledged write depends on it, but readers see the newest text sooner. */
export async function closeServices({
  accessMonitor,
  documents,
  linkReader,
  searchIndex,
  sequencePoller,
  presence,
  textWorkers,
}: Services): Promise<void> {
  accessMonitor.close();
  sequencePoller.close();
  await Promise.all(
    [documents, linkReader, presence, searchIndex, textWorkers].map((service) => service.close()),
  );
}
