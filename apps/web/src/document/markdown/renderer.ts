import type { RenderedPatch, RenderRequest } from "./protocol.ts";

/** Rendering timeout. A document that takes longer is likely malicious. */
export const renderTimeoutMs = 20_000;

/** Renders a document in a worker. Only the latest text matters; intermediate texts may be skipped. */
export interface Renderer {
  render(text: string): void;
  close(): void;
}

export interface RendererEvents {
  /** Called with the changes since the last patch. The next text is rendered after the promise resolves. */
  onPatch(patch: RenderedPatch): Promise<void>;
  /** Called when rendering fails or times out. The next patch starts from an empty document. */
  onFailure(): void;
}

export const startWorker = (): Worker =>
  new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "markdown" });

export function createRenderer({ onPatch, onFailure }: RendererEvents): Renderer {
  let worker: Worker | null = null;
  let waiting: string | null = null;
  let busy = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function start(): Worker {
    const started = startWorker();
    started.addEventListener("message", ({ data }: MessageEvent<RenderedPatch>) => void take(data));
    started.addEventListener("error", fail);
    return started;
  }

  async function take(patch: RenderedPatch): Promise<void> {
    clearTimeout(timer);
    await onPatch(patch);
    busy = false;
    next();
  }

  function fail(): void {
    stop();
    busy = false;
    onFailure();
    next();
  }

  function next(): void {
    if (busy || waiting === null) return;
    busy = true;
    const request: RenderRequest = { text: waiting };
    waiting = null;
    timer = setTimeout(fail, renderTimeoutMs);
    worker ??= start();
    worker.postMessage(request, []);
  }

  function stop(): void {
    clearTimeout(timer);
    worker?.terminate();
    worker = null;
  }

  return {
    render(text) {
      waiting = text;
      next();
    },
    close() {
      waiting = null;
      stop();
    },
  };
}
