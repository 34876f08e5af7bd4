import { openDocument } from "@mdreader/client/live";

import { client } from "../../lib/client.ts";
import { debounce } from "../../lib/debounce.ts";
import { createFileResolver } from "../attachment/resolve-files.ts";
import type { EmbeddedDocument, OpenEmbed } from "../markdown/embeds.ts";
import { type LinkOrigin, openLink } from "./open-link.ts";

/** The delay with which an embedded text follows edits. */
const followDelay = { waitMs: 300, maxWaitMs: 1_500 };

/** Opens the documents that are embedded in a document, which follow their edits. */
export function createEmbedOpener(origin: LinkOrigin): OpenEmbed {
  const documentId = origin.id;
  return async (path) => {
    const { document } = await client.document.resolveLink.query({ documentId, path });
    if (document !== null) return createEmbedded({ ...origin, id: document.id }, document.title);
    const { items } = await client.file.resolve.query({ documentId, paths: [path] });
    return (items[0]?.file ?? null) === null ? null : "file";
  };
}

function createEmbedded(origin: LinkOrigin, title: string): EmbeddedDocument {
  const { id } = origin;
  const closing = new AbortController();
  return {
    id,
    title,
    resolveFiles: createFileResolver(id),
    openEmbed: createEmbedOpener(origin),
    onFollow: (path) => openLink(origin, path),
    watch: (onText) => void watchText(id, onText, closing.signal),
    close: () => closing.abort(),
  };
}

async function watchText(
  id: string,
  onText: (text: string | null) => void,
  signal: AbortSignal,
): Promise<void> {
  const live = await openDocument(client, id, { presence: false });
  const show = () => onText(live.ytext.toJSON());
  const { request, cancel } = debounce(show, followDelay);
  const unsubscribe = live.saveState.subscribe(({ status }) => {
    if (status === "closed" && !signal.aborted) {
      cancel();
      onText(null);
    }
  });
  signal.addEventListener("abort", () => {
    cancel();
    unsubscribe();
    void live.close();
  });
  if (signal.aborted) return live.close();
  await live.synced().catch(() => null);
  if (signal.aborted || live.saveState.get().status === "closed") return;
  show();
  live.ytext.observe(request);
}
