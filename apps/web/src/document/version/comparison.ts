import type { ComparedBlock } from "@mdreader/markdown/render";

import { createBlockContents } from "../markdown/block.ts";

/** The number of unchanged blocks that are shown before and after a change. */
const contextBlocks = 1;

/** Consecutive blocks of one kind. */
interface Run {
  kind: ComparedBlock["kind"];
  blocks: string[];
}

interface Comparison {
  nodes: Node[];
  /** The rendered blocks in them. */
  blocks: HTMLElement[];
}

/**
 * Creates the elements of a comparison: removed and added blocks with a label, and the blocks around them. Other
 * unchanged blocks are counted.
 */
export function createComparison(compared: readonly ComparedBlock[]): Comparison {
  const runs = toRuns(compared);
  const blocks: HTMLElement[] = [];
  const createBlocks = (contents: readonly string[]) => {
    const created = createBlockContents(contents).map(createBlock);
    blocks.push(...created);
    return created;
  };
  const nodes = runs.flatMap((run, index): Node[] => {
    if (run.kind !== "same") return [createChange(run.kind, createBlocks(run.blocks))];
    const before = index === 0 ? 0 : contextBlocks;
    const after = index === runs.length - 1 ? 0 : contextBlocks;
    if (run.blocks.length <= before + after) return createBlocks(run.blocks);
    const end = run.blocks.length - after;
    return [
      ...createBlocks(run.blocks.slice(0, before)),
      createGap(end - before),
      ...createBlocks(run.blocks.slice(end)),
    ];
  });
  return { nodes, blocks };
}

function toRuns(compared: readonly ComparedBlock[]): Run[] {
  const runs: Run[] = [];
  for (const { kind, html } of compared) {
    const last = runs.at(-1);
    if (last?.kind === kind) last.blocks.push(html);
    else runs.push({ kind, blocks: [html] });
  }
  return runs;
}

function createBlock(contents: readonly Node[]): HTMLElement {
  const block = document.createElement("div");
  block.className = "block";
  block.append(...contents);
  // The old and the new text may have the same headings.
  for (const element of block.querySelectorAll("[id]")) element.removeAttribute("id");
  return block;
}

function createChange(kind: "added" | "removed", blocks: readonly HTMLElement[]): HTMLElement {
  const change = document.createElement(kind === "added" ? "ins" : "del");
  change.className = "block diff-change";
  const label = document.createElement("p");
  label.className = "diff-label";
  label.textContent = kind === "added" ? "+ Added" : "− Removed";
  change.append(label, ...blocks);
  return change;
}

function createGap(count: number): HTMLElement {
  const gap = document.createElement("p");
  gap.className = "block diff-gap";
  gap.textContent = count === 1 ? "1 unchanged block" : `${count} unchanged blocks`;
  return gap;
}
