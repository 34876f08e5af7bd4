import { applyUpdates, createYDoc, encodeEdits, type Merged, getText } from "@mdreader/collab";
import { lineStarts } from "@mdreader/contract";
import * as Y from "yjs";

import { buildFromState, encodeState, type LiveDocument } from "../store/live-document.ts";

/** The client ID that a user's texts are written under, and its next clock. */
export interface Writer {
  clientId: number;
  clock: number;
}

/** A document as it was when the merge started. */
export interface MergeTarget {
  version: number;
  state: Uint8Array;
  writer: Writer;
  /** The number of its newest saved version. */
  historyNumber: number;
}

/**
 * A merge that is computed while others edit the document. Its update applies on top of concurrent edits, like that
 * of any client.
 */
export interface PreparedMerge {
  target: Omit<MergeTarget, "state">;
  /** Null when the merge changes nothing. */
  update: Uint8Array | null;
  /** Returns the result in the current document, which is the target or a later state of it. */
  resultIn(live: LiveDocument): Pick<Merged, "text" | "conflicts">;
}

export const toMergeTarget = (live: LiveDocument, writer: Writer, historyNumber: number): MergeTarget => ({
  version: live.version,
  state: encodeState(live),
  writer,
  historyNumber,
});

/** Computes a merge into the target. @param merge Merges into the given text. */
export async function prepareMerge(
  { state, ...target }: MergeTarget,
  merge: (now: string) => Promise<Merged>,
): Promise<PreparedMerge> {
  const doc = buildFromState(() => createYDoc([state]));
  const merged = await merge(getText(doc).toJSON().toWellFormed());
  const update = encodeEdits(doc, target.writer.clientId, merged.edits);
  if (update !== null) applyUpdates(doc, [update]);
  /** The offsets of the lines at which the conflicts start. */
  let places = toOffsets(
    merged.text,
    merged.conflicts.map(({ line }) => line),
  );
  if (places.length > 0) getText(doc).observe(({ delta }) => (places = moveOffsets(places, delta)));
  return {
    target,
    update,
    resultIn(live) {
      if (live.version === target.version) return merged;
      applyUpdates(doc, [Y.encodeStateAsUpdate(live.doc, Y.encodeStateVector(doc))]);
      const text = getText(doc).toJSON().toWellFormed();
      const lines = toLines(text, places);
      const conflicts = merged.conflicts.map((overlap, n) => ({
        ...overlap,
        line: lines[n] ?? overlap.line,
      }));
      return { text, conflicts };
    },
  };
}

/** Whether the document is still the target of the merge, or differs from it by live edits only. */
export function isApplicable({ target }: PreparedMerge, now: Omit<MergeTarget, "state">): boolean {
  return (
    target.version <= now.version &&
    target.historyNumber === now.historyNumber &&
    target.writer.clientId === now.writer.clientId &&
    target.writer.clock === now.writer.clock
  );
}

/** Returns the offsets at which lines start. @param lines Line numbers from 1. */
function toOffsets(text: string, lines: readonly number[]): number[] {
  const starts = lineStarts(text);
  return lines.map((line) => starts[line - 1] ?? text.length);
}

/** Returns the line numbers of offsets. @param offsets In ascending order. */
function toLines(text: string, offsets: readonly number[]): number[] {
  const starts = lineStarts(text);
  let line = 0;
  return offsets.map((offset) => {
    while ((starts[line] ?? Infinity) <= offset) line += 1;
    return line;
  });
}

/** Maps offsets through a change. @param offsets In ascending order. */
function moveOffsets(offsets: readonly number[], delta: Y.YTextEvent["delta"]): number[] {
  const moved: number[] = [];
  let [before, after, next] = [0, 0, 0];
  const moveUntil = (end: number, move: (offset: number) => number) => {
    for (; (offsets[next] ?? Infinity) < end; next += 1) moved.push(move(offsets[next] ?? 0));
    before = end;
  };
  for (const { retain = 0, insert = "", delete: removed = 0 } of delta) {
    moveUntil(before + retain, (offset) => offset - before + after);
    after += retain + (typeof insert === "string" ? insert.length : 0);
    moveUntil(before + removed, () => after);
  }
  moveUntil(Infinity, (offset) => offset - before + after);
  return moved;
}
