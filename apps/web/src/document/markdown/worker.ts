import { compareBlocks, renderCompletely, selectEmbedded } from "@mdreader/markdown/render";

import {
  type ComparedTexts,
  type EmbeddedBlocks,
  findChangedBlocks,
  type RenderedPatch,
  type RenderRequest,
} from "./protocol.ts";

/** Renders Markdown off the main thread, so that typing never waits. Each request gets one response. */

let before: string[] = [];

addEventListener("message", ({ data }: MessageEvent<RenderRequest>) => void handleRequest(data));

async function handleRequest({ text, embedded, comparedWith }: RenderRequest): Promise<void> {
  const rendered = await renderCompletely(text);
  if (embedded !== undefined) {
    const response: EmbeddedBlocks = { blocks: selectEmbedded(rendered, embedded.section) };
    return postMessage(response);
  }
  if (comparedWith !== undefined) {
    const earlier = await renderCompletely(comparedWith);
    const response: ComparedTexts = { compared: compareBlocks(earlier.blocks, rendered.blocks) };
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
