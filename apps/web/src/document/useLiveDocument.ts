import { indexedDbStore, type LiveDocument, openDocument } from "@mdreader/client/live";
import { useEffect, useState } from "react";

import { client } from "../app/client.ts";

/** Opens a document for as long as the page shows it. What was not sent is kept in the browser until it is. */
export function useLiveDocument(documentId: string, userId: string | undefined): LiveDocument | null {
  const [live, setLive] = useState<LiveDocument | null>(null);
  useEffect(() => {
    if (userId === undefined) return;
    let opened: LiveDocument | null = null;
    let left = false;
    const opening = openDocument(client, documentId, { store: indexedDbStore(userId) }).then((document) => {
      opened = document;
      if (left) return document.close();
      setLive(document);
      return undefined;
    });
    opening.catch((error: unknown) => reportError(error));
    return () => {
      left = true;
      setLive(null);
      void opened?.close();
    };
  }, [documentId, userId]);
  return live;
}
