import { indexedDbStore, type LiveDocument, openDocument } from "@mdreader/client/live";
import { useEffect, useState } from "react";

import { client } from "../lib/client.ts";
import { releaseDocument } from "../lib/offline-documents.ts";

/** Opens a live document while the page shows it. Unsent edits are stored in the browser until they are sent. */
export function useLiveDocument(documentId: string, userId: string | undefined): LiveDocument | null {
  const [live, setLive] = useState<LiveDocument | null>(null);
  useEffect(() => {
    if (userId === undefined) return;
    let opened: LiveDocument | null = null;
    let left = false;
    const opening = openDocument(client, documentId, { store: indexedDbStore(userId) }).then(
      async (document) => {
        opened = document;
        if (!left) await hasContent(document);
        if (left) return releaseDocument(document);
        setLive(document);
        return undefined;
      },
    );
    opening.catch((error: unknown) => reportError(error));
    return () => {
      left = true;
      setLive(null);
      if (opened !== null) releaseDocument(opened);
    };
  }, [documentId, userId]);
  return live;
}

/** Resolves when there is content to show: stored locally, loaded from the server, or empty if both are missing. */
function hasContent(document: LiveDocument): Promise<unknown> {
  if (document.ytext.length > 0) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, loadTimeoutMs);
  const settled = document.synced().catch(() => {});
  return Promise.race([settled, promise]).finally(() => clearTimeout(timer));
}

/** Time in milliseconds after which a document without a local copy is shown empty if the server is unreachable. */
const loadTimeoutMs = 5_000;
