import { EditorState, type Extension } from "@codemirror/state";

import { fromText } from "./text-binding.ts";

/** What no document can hold: NUL, which Postgres refuses, and halves of characters that are two units long. */
const unsavable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Keeps what can't be saved out of the text, however it comes in: typed, pasted, dropped or written by a command.
 *
 * @param onRemoved Is told how many characters were left out.
 */
export function createSavableText(onRemoved: (count: number) => void): Extension {
  return EditorState.transactionFilter.of((transaction) => {
    if (!transaction.docChanged || transaction.annotation(fromText) === true) return transaction;
    const removals: { from: number; to: number }[] = [];
    transaction.changes.iterChanges((_fromA, _toA, fromB, _toB, inserted) => {
      for (const { 0: found, index } of inserted.toString().matchAll(unsavable))
        removals.push({ from: fromB + index, to: fromB + index + found.length });
    });
    if (removals.length === 0) return transaction;
    queueMicrotask(() => onRemoved(removals.length));
    return [transaction, { changes: removals, sequential: true }];
  });
}
