import { EditorState, type Extension } from "@codemirror/state";

import { fromText } from "./text-binding.ts";

/** Characters that documents can't store: NUL, which Postgres rejects, and lone surrogates. */
const unsavable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Removes unstorable characters from every edit: typing, paste, drop and commands.
 *
 * @param onRemoved Called with the number of removed characters.
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
