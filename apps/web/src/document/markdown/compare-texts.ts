import type { ComparedBlock } from "@mdreader/markdown/render";

import type { ComparedTexts, RenderRequest } from "./protocol.ts";
import { renderTimeoutMs, startWorker } from "./renderer.ts";

/** Renders two texts and compares their blocks, in a worker of their own. The HTML is unsanitized. */
export async function compareTexts(
  before: string,
  after: string,
  signal: AbortSignal,
): Promise<ComparedBlock[]> {
  const worker = startWorker();
  const stopped = AbortSignal.any([signal, AbortSignal.timeout(renderTimeoutMs)]);
  try {
    const { promise, resolve, reject } = Promise.withResolvers<ComparedBlock[]>();
    const stop = () => reject(new Error("Rendering was stopped or took too long."));
    stopped.addEventListener("abort", stop, { once: true });
    worker.addEventListener("error", stop, { once: true });
    worker.addEventListener("message", ({ data }: MessageEvent<ComparedTexts>) => resolve(data.compared), {
      once: true,
    });
    const request: RenderRequest = { text: after, comparedWith: before };
    worker.postMessage(request, []);
    return await promise;
  } finally {
    worker.terminate();
  }
}
