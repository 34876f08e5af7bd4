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

import { nameOf } from "../../ui/Avatar.tsx";
import { hueOf } from "../../ui/hue.ts";
import { timeAgo } from "../../ui/Time.tsx";
import { writerName } from "../history/writer.ts";

/** Lines that follow each other and were written alike. */
export type WrittenRange = RouterOutputs["document"]["blame"]["items"][number];

/** Who wrote a stretch of the text. */
class Written extends RangeValue {
  readonly stretch: WrittenRange;

  constructor(stretch: WrittenRange) {
    super();
    this.stretch = stretch;
  }
}

const setWritten = StateEffect.define<RangeSet<Written>>();

const written = StateField.define<RangeSet<Written>>({
  create: () => RangeSet.empty,
  update(known, { changes, effects }) {
    const effect = effects.find((one) => one.is(setWritten));
    return effect === undefined ? known.map(changes) : effect.value;
  },
});

/** The writer of a line: a bar in their colour, with their name where a range begins. */
class WriterMark extends GutterMarker {
  readonly stretch: WrittenRange;
  readonly isFirst: boolean;

  constructor(stretch: WrittenRange, isFirst: boolean) {
    super();
    this.stretch = stretch;
    this.isFirst = isFirst;
  }

  override eq(other: GutterMarker): boolean {
    return other instanceof WriterMark && other.stretch === this.stretch && other.isFirst === this.isFirst;
  }

  override toDOM(): HTMLElement {
    const { writer, writtenAt, others } = this.stretch;
    const mark = document.createElement("span");
    mark.className = writer.person === null ? "written" : `written peer-${hueOf(writer.person.id)}`;
    mark.title = `${writerName(writer)}, ${timeAgo(writtenAt)}`;
    if (others.length > 0) mark.title += `\nAlso by ${others.map(writerName).join(", ")}`;
    if (this.isFirst) mark.textContent = writer.person === null ? "—" : nameOf(writer.person);
    return mark;
  }
}

const writersGutter: Extension = [
  written,
  gutter({
    class: "cm-writers",
    // Asked for the lines in sight alone.
    lineMarker({ state }, { from }) {
      let mark: WriterMark | null = null;
      state.field(written).between(from, from, (start, _end, { stretch }) => {
        // Where an edit has made two ranges meet, the one that begins here has it.
        mark = new WriterMark(stretch, start === from);
      });
      return mark;
    },
    lineMarkerChange: ({ startState, state }) => startState.field(written) !== state.field(written),
  }),
];

const place = new Compartment();

/** Puts the gutter into an editor. @returns What takes it out again. */
export function showWriters(view: EditorView): () => void {
  const isNew = place.get(view.state) === undefined;
  view.dispatch({
    effects: isNew ? StateEffect.appendConfig.of(place.of(writersGutter)) : place.reconfigure(writersGutter),
  });
  return () => view.dom.isConnected && view.dispatch({ effects: place.reconfigure([]) });
}

/** Tells an editor with the gutter who wrote what: of a text that may be a moment older than the one it shows. */
export function setWriters(view: EditorView, ranges: readonly WrittenRange[]): void {
  const builder = new RangeSetBuilder<Written>();
  let from = 0;
  let before = "";
  for (const range of ranges) {
    // As in the editor, where every line ending is one character.
    const text = withLineEnding(range.text, "\n");
    const to = from + text.length;
    builder.add(from, text.endsWith("\n") ? to - 1 : to, new Written(range));
    from = to;
    before += text;
  }
  const changes = changesTo(view.state.doc, before);
  view.dispatch({ effects: setWritten.of(builder.finish().map(changes)) });
}

/** What has happened to a text since: between what is alike at its beginning and at its end, something else. */
function changesTo(doc: Text, before: string): ChangeSet {
  const now = doc.toString();
  const shorter = Math.min(now.length, before.length);
  let start = 0;
  while (start < shorter && now[start] === before[start]) start += 1;
  let end = 0;
  while (end < shorter - start && now.at(-1 - end) === before.at(-1 - end)) end += 1;
  const change = { from: start, to: before.length - end, insert: now.slice(start, now.length - end) };
  return ChangeSet.of(change, before.length, "\n");
}
