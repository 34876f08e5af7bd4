import { renderBlocks } from "./blocks.ts";
import { loadGrammars } from "./code.ts";
import { countsOf } from "./counts.ts";
import { changedBlocks, type RenderedPatch, type RenderRequest } from "./protocol.ts";

/** Renders Markdown apart from the page, so that whoever types never waits for it. Each request is answered once. */

let before: string[] = [];

addEventListener("message", ({ data }: MessageEvent<RenderRequest>) => void answer(data));

async function answer({ text }: RenderRequest): Promise<void> {
  let rendered = renderBlocks(text);
  if (rendered.wanted.size > 0) {
    await loadGrammars(rendered.wanted);
    rendered = renderBlocks(text);
  }
  const { blocks, lines, outline } = rendered;
  const patch: RenderedPatch = {
    ...changedBlocks(before, blocks),
    lines: Int32Array.from(lines),
    outline,
    counts: countsOf(text),
  };
  before = blocks;
  postMessage(patch);
}
