import type { RenderedPatch, RenderRequest } from "./protocol.ts";

/** Milliseconds that rendering may take. What takes longer was made to. */
const timeoutMs = 20_000;

/** Renders one document in a worker. The latest text is what counts: those in between may be left out. */
export interface Renderer {
  render(text: string): void;
  close(): void;
}

export interface RendererEvents {
  /** What has changed since the last patch. The next text is rendered when the promise has resolved. */
  onPatch(patch: RenderedPatch): Promise<void>;
  /** The text can't be rendered, or takes too long. The next patch begins from nothing. */
  onFailure(): void;
}

export function createRenderer({ onPatch, onFailure }: RendererEvents): Renderer {
  let worker: Worker | null = null;
  let waiting: string | null = null;
  let busy = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function start(): Worker {
    const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "markdown" });
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
    timer = setTimeout(fail, timeoutMs);
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
