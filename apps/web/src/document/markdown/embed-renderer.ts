import type { EmbeddedBlocks, RenderRequest } from "./protocol.ts";
import { renderTimeoutMs, startWorker } from "./renderer.ts";

/** Renders embedded texts in a worker of their own, one after the other. */
export interface EmbedRenderer {
  /** Returns unsanitized HTML; null if the text has no such section. */
  render(text: string, section: string | null): Promise<string[] | null>;
  close(): void;
}

export function createEmbedRenderer(): EmbedRenderer {
  let worker: Worker | null = null;
  let last: Promise<unknown> = Promise.resolve();

  function stop(): void {
    worker?.terminate();
    worker = null;
  }

  async function run(request: RenderRequest): Promise<string[] | null> {
    const running = (worker ??= startWorker());
    const { promise, resolve, reject } = Promise.withResolvers<string[] | null>();
    const events = new AbortController();
    const { signal } = events;
    running.addEventListener(
      "message",
      ({ data: { blocks } }: MessageEvent<EmbeddedBlocks>) => resolve(blocks),
      { signal },
    );
    const fail = () => {
      stop();
      reject(new Error("This document can't be rendered, or rendering took too long."));
    };
    running.addEventListener("error", fail, { signal });
    const timer = setTimeout(fail, renderTimeoutMs);
    running.postMessage(request, []);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      events.abort();
    }
  }

  return {
    render(text, section) {
      const rendered = last.then(() => run({ text, embedded: { section } }));
      last = rendered.catch(() => null);
      return rendered;
    },
    close: stop,
  };
}
