import { once } from "node:events";
import { Worker } from "node:worker_threads";

import pLimit from "p-limit";

import type { Ports } from "../../ports.ts";
import { createWeightedLruCache } from "../../util/weighted-lru.ts";
import { readLinks, type RenderedLink } from "./read-links.ts";

/**
 * Reads the links of documents, once per version. Long texts are read in a worker thread, one at a time and within
 * limits, so that no text blocks other requests.
 */
export interface LinkReader {
  /**
   * Returns the links that a document's text shows at a version; none for a text that takes too long.
   *
   * @param load Reads the text if it is not cached.
   */
  readLinks(document: { id: string; version: number }, load: () => Promise<string>): Promise<RenderedLink[]>;
  close(): Promise<void>;
}

/** Maximum length in UTF-16 units of texts that are read outside the worker thread. */
const maxInlineLength = 10_000;
const maxReadMs = 5_000;
const maxMemoryMb = 512;
/** The overhead of a link, in the weight's unit: UTF-16 units of targets and lines. */
const linkWeight = 50;
const cacheLimits = { count: 160_000, weight: 8_000_000 };

interface CachedLinks {
  /** Null until they have been read. */
  links: RenderedLink[] | null;
}

export function createLinkReader({ log }: Pick<Ports, "log">): LinkReader {
  const cache = createWeightedLruCache<CachedLinks>(cacheLimits);
  const runExclusively = pLimit(1);
  let worker: Worker | null = null;
  const toCacheKey = ({ id, version }: { id: string; version: number }) => `${id} ${version}`;

  function startWorker(): Worker {
    const created = new Worker(new URL("links-worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
    });
    created.unref();
    // The thread may fail while no result is awaited. Without a listener, its error would end the process.
    created.on("error", (error) => log.warn({ err: error }, "the link reader thread failed"));
    created.on("exit", () => {
      if (worker === created) worker = null;
    });
    return created;
  }

  async function terminateWorker(): Promise<void> {
    const current = worker;
    worker = null;
    await current?.terminate();
  }

  async function readInThread(text: string): Promise<RenderedLink[]> {
    worker ??= startWorker();
    const response = once(worker, "message", { signal: AbortSignal.timeout(maxReadMs) });
    worker.postMessage(text);
    const [links] = (await response) as [RenderedLink[]]; // sent by `links-worker.ts`
    return links;
  }

  async function read(id: string, text: string): Promise<RenderedLink[]> {
    if (text.length <= maxInlineLength) return readLinks(text);
    return runExclusively(async () => {
      try {
        return await readInThread(text);
      } catch (error) {
        log.error({ err: error, documentId: id }, "the links of a document couldn't be read");
        await terminateWorker();
        return [];
      }
    });
  }

  return {
    async readLinks(document, load) {
      const entry = cache.getOrCreate(toCacheKey(document), () => ({ links: null }));
      if (entry.links !== null) return entry.links;
      const links = await read(document.id, await load());
      const weight = links.reduce(
        (sum, { target, line }) => sum + target.length + line.length + linkWeight,
        linkWeight,
      );
      entry.links = links;
      cache.setWeight(toCacheKey(document), weight);
      return links;
    },
    close: terminateWorker,
  };
}
