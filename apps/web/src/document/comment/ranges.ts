import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

import { toPosition } from "../editor/text-binding.ts";

/** A text range with a thread. */
export interface CommentRange {
  threadId: string;
  from: number;
  to: number;
}

const setRanges = StateEffect.define<readonly CommentRange[]>();

const ranges = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, { changes, effects }) {
    const effect = effects.find((one) => one.is(setRanges));
    return effect === undefined ? shown.map(changes) : createDecorations(effect.value);
  },
  provide: (field) => EditorView.decorations.from(field),
});

const createDecorations = (list: readonly CommentRange[]) =>
  Decoration.set(
    list
      .filter(({ from, to }) => from < to)
      .map(({ threadId, from, to }) =>
        Decoration.mark({ class: "comment-range", attributes: { "data-thread": threadId } }).range(from, to),
      ),
    true,
  );

/** Highlights ranges with comments. The highlights move with edits. */
export function createCommentRanges(onOpen: (threadId: string) => void): Extension {
  return [
    ranges,
    EditorView.domEventHandlers({
      click({ target }) {
        const thread = target instanceof Element ? target.closest<HTMLElement>(".comment-range") : null;
        if (thread?.dataset["thread"] !== undefined) onOpen(thread.dataset["thread"]);
        return false;
      },
    }),
  ];
}

/** Replaces the highlighted ranges. */
export function showCommentRanges(view: EditorView, list: readonly CommentRange[]): void {
  const { state } = view;
  const shown = list.map(({ threadId, from, to }) => ({
    threadId,
    from: toPosition(state, from),
    to: toPosition(state, to),
  }));
  view.dispatch({ effects: setRanges.of(shown) });
}
