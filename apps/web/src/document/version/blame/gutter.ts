import {
  ChangeSet,
  Compartment,
  type Extension,
  RangeSet,
  RangeSetBuilder,
  RangeValue,
  StateEffect,
  StateField,
  type Text,
} from "@codemirror/state";
import { type EditorView, gutter, GutterMarker } from "@codemirror/view";
import { type RouterOutputs, withLineEnding } from "@mdreader/client";

import { getDisplayName } from "../../../ui/Avatar.tsx";
import { toHue } from "../../../ui/hue.ts";
import { formatTimeAgo } from "../../../ui/Time.tsx";
import { formatAuthor } from "../author.ts";

/** Consecutive lines by the same authors, written at about the same time. */
export type BlameRange = RouterOutputs["document"]["blame"]["items"][number];

/** The author of a text range. */
class BlameMark extends RangeValue {
  readonly blameRange: BlameRange;

  constructor(blameRange: BlameRange) {
    super();
    this.blameRange = blameRange;
  }
}

const setBlame = StateEffect.define<RangeSet<BlameMark>>();

const blameField = StateField.define<RangeSet<BlameMark>>({
  create: () => RangeSet.empty,
  update(known, { changes, effects }) {
    const effect = effects.find((one) => one.is(setBlame));
    return effect === undefined ? known.map(changes) : effect.value;
  },
});

/** A gutter marker: a bar in the author's color, with the name on the first line of a range. */
class BlameMarker extends GutterMarker {
  readonly blameRange: BlameRange;
  readonly isFirst: boolean;

  constructor(blameRange: BlameRange, isFirst: boolean) {
    super();
    this.blameRange = blameRange;
    this.isFirst = isFirst;
  }

  override eq(other: GutterMarker): boolean {
    return (
      other instanceof BlameMarker && other.blameRange === this.blameRange && other.isFirst === this.isFirst
    );
  }

  override toDOM(): HTMLElement {
    const { writer, writtenAt, others } = this.blameRange;
    const mark = document.createElement("span");
    mark.className = writer.person === null ? "written" : `written person-${toHue(writer.person.id)}`;
    mark.title = `${formatAuthor(writer)}, ${formatTimeAgo(writtenAt)}`;
    if (others.length > 0) mark.title += `\nAlso by ${others.map(formatAuthor).join(", ")}`;
    if (this.isFirst) mark.textContent = writer.person === null ? "—" : getDisplayName(writer.person);
    return mark;
  }
}

const blameGutter: Extension = [
  blameField,
  gutter({
    class: "cm-writers",
    // Called for visible lines only.
    lineMarker({ state }, { from }) {
      let mark: BlameMarker | null = null;
      state.field(blameField).between(from, from, (start, _end, { blameRange }) => {
        // If an edit joined two ranges, the one that starts here wins.
        mark = new BlameMarker(blameRange, start === from);
      });
      return mark;
    },
    lineMarkerChange: ({ startState, state }) => startState.field(blameField) !== state.field(blameField),
  }),
];

const place = new Compartment();

/** Adds the gutter to an editor. @returns A function that removes it. */
export function createBlameGutter(view: EditorView): () => void {
  const isNew = place.get(view.state) === undefined;
  view.dispatch({
    effects: isNew ? StateEffect.appendConfig.of(place.of(blameGutter)) : place.reconfigure(blameGutter),
  });
  return () => view.dom.isConnected && view.dispatch({ effects: place.reconfigure([]) });
}

/** Sets the ranges of the gutter. Their text may be slightly older than the editor's. */
export function setBlameRanges(view: EditorView, ranges: readonly BlameRange[]): void {
  const builder = new RangeSetBuilder<BlameMark>();
  let from = 0;
  let before = "";
  for (const range of ranges) {
    // The editor counts every line ending as one character.
    const text = withLineEnding(range.text, "\n");
    const to = from + text.length;
    builder.add(from, text.endsWith("\n") ? to - 1 : to, new BlameMark(range));
    from = to;
    before += text;
  }
  const changes = toChanges(view.state.doc, before);
  view.dispatch({ effects: setBlame.of(builder.finish().map(changes)) });
}

/** The change from `before` to the current text, as one replacement between the common prefix and suffix. */
function toChanges(doc: Text, before: string): ChangeSet {
  const now = doc.toString();
  const shorter = Math.min(now.length, before.length);
  let start = 0;
  while (start < shorter && now[start] === before[start]) start += 1;
  let end = 0;
  while (end < shorter - start && now.at(-1 - end) === before.at(-1 - end)) end += 1;
  const change = { from: start, to: before.length - end, insert: now.slice(start, now.length - end) };
  return ChangeSet.of(change, before.length, "\n");
}
