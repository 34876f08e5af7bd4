import { loadEmoji, loadGrammars, renderBlocks, selectEmbedded } from "@mdreader/markdown/render";

import {
  type EmbeddedBlocks,
  findChangedBlocks,
  type RenderedPatch,
  type RenderRequest,
} from "./protocol.ts";

/** Renders Markdown off the main thread, so that typing never waits. Each request gets one response. */

let before: string[] = [];

addEventListener("message", ({ data }: MessageEvent<RenderRequest>) => void handleRequest(data));

async function handleRequest({ text, embedded }: RenderRequest): Promise<void> {
  let rendered = renderBlocks(text);
  if (rendered.wanted.size > 0 || rendered.wantsEmoji) {
    await Promise.all([loadGrammars(rendered.wanted), rendered.wantsEmoji && loadEmoji().catch(() => null)]);
    rendered = renderBlocks(text);
  }
  if (embedded !== undefined) {
    const response: EmbeddedBlocks = { blocks: selectEmbedded(rendered, embedded.section) };
    return postMessage(response);
  }
  const { blocks, lines, outline, counts } = rendered;
  const patch: RenderedPatch = {
    ...findChangedBlocks(before, blocks),
    lines: Int32Array.from(lines),
    outline,
    counts,
  };
  before = blocks;
  postMessage(patch);
}
