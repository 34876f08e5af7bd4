import { renderBlocks } from "./blocks.ts";
import { loadGrammars } from "./code.ts";
import { countText } from "./count-text.ts";
import { findChangedBlocks, type RenderedPatch, type RenderRequest } from "./protocol.ts";

/** Renders Markdown off the main thread, so that typing never waits. Each request gets one response. */

let before: string[] = [];

addEventListener("message", ({ data }: MessageEvent<RenderRequest>) => void handleRequest(data));

async function handleRequest({ text }: RenderRequest): Promise<void> {
  let rendered = renderBlocks(text);
  if (rendered.wanted.size > 0) {
    await loadGrammars(rendered.wanted);
    rendered = renderBlocks(text);
  }
  const { blocks, lines, outline } = rendered;
  const patch: RenderedPatch = {
    ...findChangedBlocks(before, blocks),
    lines: Int32Array.from(lines),
    outline,
    counts: countText(text),
  };
  before = blocks;
  postMessage(patch);
}
