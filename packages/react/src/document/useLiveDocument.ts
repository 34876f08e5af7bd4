import { type LiveDocument, openDocument, type OpenDocumentOptions } from "@mdreader/client/live";
import { useEffect, useState } from "react";

import { useMDReader } from "../provider.tsx";
import { releaseDocument } from "./closing-documents.ts";

export interface LiveDocumentOptions extends Pick<OpenDocumentOptions, "store" | "presence"> {
  /** Whether to open the document, for example once the user is known. Default: true. */
  enabled?: boolean;
}

/**
 * Opens a document for collaborative editing while the component is mounted. It has content as soon as it is returned:
 * stored locally, from the server, or none if the server can't be reached. Until then, the result is null. `saveState`
 * of the document says whether it can be read and whether edits are saved.
 *
 * The document is opened again when an option changes. Pass the same `store` each time, as `useMemo` does.
 */
export function useLiveDocument(
  documentId: string,
  { store, presence = true, enabled = true }: LiveDocumentOptions = {},
): LiveDocument | null {
  const { client } = useMDReader();
  const [live, setLive] = useState<LiveDocument | null>(null);
  useEffect(() => {
    if (!enabled) return;
    let opened: LiveDocument | null = null;
    let isUnmounted = false;
    const opening = openDocument(client, documentId, { presence, ...(store && { store }) }).then(
      async (document) => {
        opened = document;
        if (!isUnmounted) await waitForContent(document);
        if (isUnmounted) return releaseDocument(client, document);
        setLive(document);
        return undefined;
      },
    );
    opening.catch((error: unknown) => reportError(error));
    return () => {
      isUnmounted = true;
      setLive(null);
      if (opened !== null) releaseDocument(client, opened);
    };
  }, [client, documentId, store, presence, enabled]);
  return live?.id === documentId ? live : null;
}

/** Resolves when there is content to show: stored locally, loaded from the server, or empty if both are missing. */
function waitForContent(document: LiveDocument): Promise<unknown> {
  if (document.ytext.length > 0) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, loadTimeoutMs);
  const settled = document.synced().catch(() => {});
  return Promise.race([settled, promise]).finally(() => clearTimeout(timer));
}

/** Time in milliseconds after which a document without a local copy is shown empty if the server is unreachable. */
const loadTimeoutMs = 5_000;
