import type { DiagramResponse, DiagramRendered, DiagramRequest } from "./protocol.ts";

/** Timeout for one diagram, including loading the renderer. A diagram that takes longer is likely malicious. */
const timeoutMs = 15_000;
/** Maximum source length in characters. */
const maxSourceLength = 50_000;

/** A drawing as an image, so that no script in it runs and no resource loads. */
export interface Drawing {
  url: string;
  width: number;
  height: number;
}

/** @throws Error with a message for the reader. */
export async function drawDiagram(source: string, dark: boolean): Promise<Drawing> {
  if (source.length > maxSourceLength) throw new Error("The diagram source is too long.");
  const key = `${dark} ${source}`;
  const existing = drawings.get(key);
  if (existing !== undefined) return existing;
  const drawing = requestDrawing({ id: ++lastId, source, dark }).then(toImage);
  drawings.set(key, drawing);
  drawing.catch(() => drawings.delete(key));
  if (drawings.size > maxCachedDrawings) evictOldest();
  return drawing;
}

/** Recent drawings. Most diagrams are unchanged between keystrokes. */
const drawings = new Map<string, Promise<Drawing>>();
const maxCachedDrawings = 100;
let lastId = 0;

function evictOldest(): void {
  const [key, drawing] = drawings.entries().next().value ?? [];
  if (key === undefined) return;
  drawings.delete(key);
  void drawing?.then(({ url }) => URL.revokeObjectURL(url)).catch(() => {});
}

/** Diagrams are drawn one at a time, so that a hanging one takes down only itself. */
let queue: Promise<unknown> = Promise.resolve();
let frame: Promise<HTMLIFrameElement> | null = null;

function requestDrawing(request: DiagramRequest): Promise<DiagramRendered> {
  const answer = queue.then(() => sendRequest(request));
  queue = answer.catch(() => {});
  return answer;
}

async function sendRequest(request: DiagramRequest): Promise<DiagramRendered> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error("The diagram took too long to draw.")), timeoutMs);
  try {
    return await Promise.race([timeout.promise, exchange(request)]);
  } catch (error) {
    if (error instanceof DrawError) throw error;
    const hanging = frame;
    frame = null;
    void hanging?.then((element) => element.remove());
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The diagram source is invalid. */
class DrawError extends Error {}

async function exchange(request: DiagramRequest): Promise<DiagramRendered> {
  frame ??= openFrame();
  const { contentWindow } = await frame;
  if (contentWindow === null) throw new Error("The diagram renderer isn't available.");
  return new Promise((resolve, reject) => {
    const listen = ({ source, data }: MessageEvent<DiagramResponse>) => {
      if (source !== contentWindow || data.id !== request.id) return;
      removeEventListener("message", listen);
      if ("svg" in data) resolve(data);
      else reject(new DrawError(data.error));
    };
    addEventListener("message", listen);
    contentWindow.postMessage(request, "*");
  });
}

function openFrame(): Promise<HTMLIFrameElement> {
  const element = document.createElement("iframe");
  element.src = "/diagram.html";
  element.sandbox.add("allow-scripts");
  element.className = "diagram-frame";
  element.title = "Diagram renderer";
  element.ariaHidden = "true";
  element.tabIndex = -1;
  const { promise, resolve } = Promise.withResolvers<HTMLIFrameElement>();
  const listen = ({ source, data }: MessageEvent<unknown>) => {
    if (source !== element.contentWindow || data !== "ready") return;
    removeEventListener("message", listen);
    resolve(element);
  };
  addEventListener("message", listen);
  document.body.append(element);
  return promise;
}

function toImage({ svg, width, height }: DiagramRendered): Drawing {
  return { url: URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" })), width, height };
}
