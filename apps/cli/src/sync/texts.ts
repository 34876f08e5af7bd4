import type { Client } from "@mdreader/client";

import { FileChangedError } from "./local-file-system.ts";

/** A text of the workspace and its version. */
export interface VersionedText {
  content: string;
  version: number;
}

/** Reads the texts of documents, batched for expected documents. */
export interface Texts {
  /** Requests the texts of documents, up to a few, before the first `expect`. */
  prefetch(ids: readonly string[]): void;
  /** Announces the texts to read, in this order. */
  expect(ids: readonly string[]): void;
  /** @throws FileChangedError if the document no longer exists. */
  read(id: string): Promise<VersionedText>;
}

/** The server's maximum per request. */
const maxIds = 100;
/** Few enough that their input shares a request with another call. */
const maxPrefetched = 20;
/** The number of requests made before their texts are needed. */
const requestsAhead = 2;

/** A request, and the texts of its response that have not been read yet; null for those beyond the size limit. */
interface Page {
  response: Promise<Map<string, VersionedText | null>>;
  isRead: boolean;
}

export function createTexts(client: Client, workspaceId: string): Texts {
  let expected = new Set<string>();
  const pages = new Map<string, Page>();
  let ahead = 0;
  let prefetched = new Set<string>();

  async function request(documentIds: string[]): Page["response"] {
    const { items } = await client.workspace.texts.query({ workspaceId, documentIds });
    return new Map(
      items.map(({ id, version, content }) => [id, content === null ? null : { content, version }] as const),
    );
  }

  function requestPage(ids: string[]): Page {
    const page = { response: request(ids), isRead: false };
    page.response.catch(() => {}); // reported to the readers
    ahead += 1;
    for (const id of ids) {
      expected.delete(id);
      pages.set(id, page);
    }
    return page;
  }

  function findPage(id: string): Page {
    const cached = pages.get(id);
    if (cached !== undefined) return cached;
    expected.delete(id);
    return requestPage([id, ...expected.values().take(maxIds - 1)]);
  }

  function startReading(page: Page): void {
    if (page.isRead) return;
    page.isRead = true;
    ahead -= 1;
    while (ahead < requestsAhead && expected.size > 0) requestPage([...expected.values().take(maxIds)]);
  }

  return {
    prefetch(ids) {
      prefetched = new Set(ids.slice(0, maxPrefetched));
      if (prefetched.size > 0) requestPage([...prefetched]);
    },
    expect(ids) {
      expected = new Set(ids.filter((id) => !prefetched.has(id)));
      for (const id of pages.keys()) if (!prefetched.has(id)) pages.delete(id);
      prefetched = new Set();
      ahead = 0;
    },
    async read(id) {
      for (;;) {
        const page = findPage(id);
        startReading(page);
        try {
          const texts = await page.response;
          const text = texts.get(id);
          if (text === null) {
            // The first of the omitted texts to be read requests all of them again.
            const omitted = [...texts].flatMap(([other, content]) => (content === null ? [other] : []));
            if (pages.get(id) === page) requestPage(omitted);
            continue;
          }
          texts.delete(id); // frees its memory
          if (text === undefined) throw new FileChangedError(id);
          pages.delete(id);
          return text;
        } catch (error) {
          pages.delete(id);
          throw error;
        }
      }
    },
  };
}
