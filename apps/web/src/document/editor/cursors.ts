import { type Extension, type Range, RangeSet } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from "@codemirror/view";
import type { RemoteState } from "@mdreader/client/live";
import * as Y from "yjs";

import { hueOf } from "../../ui/hue.ts";

/** What of an awareness the cursors need. */
interface Others {
  readonly clientID: number;
  getStates(): Map<number, object>;
  setLocalStateField(field: string, value: unknown): void;
  on(event: "change", listener: () => void): void;
  off(event: "change", listener: () => void): void;
}

/**
 * Draws the others' cursors and selections, and tells them one's own. Colours are classes, since the page's content
 * security policy allows no style in the markup.
 */
export function peerCursors(ytext: Y.Text, others: Others): Extension {
  return ViewPlugin.define(
    (view) => {
      let decorations = draw(view, ytext, others);
      let own = "";
      const redraw = () => {
        decorations = draw(view, ytext, others);
        view.dispatch({});
      };
      // Whoever changes the document changes the states while the editor is being changed: draw after that.
      const onChange = () => queueMicrotask(() => view.dom.isConnected && redraw());
      others.on("change", onChange);
      return {
        get decorations() {
          return decorations;
        },
        update(update: ViewUpdate) {
          if (update.docChanged) decorations = draw(update.view, ytext, others);
          if (!update.selectionSet && !update.focusChanged && !update.docChanged) return;
          const cursor = update.view.hasFocus ? cursorIn(update.view, ytext) : null;
          const text = JSON.stringify(cursor);
          if (text === own) return;
          own = text;
          others.setLocalStateField("cursor", cursor);
        },
        destroy() {
          others.off("change", onChange);
        },
      };
    },
    { decorations: (plugin): DecorationSet => plugin.decorations },
  );
}

function cursorIn(view: EditorView, ytext: Y.Text) {
  const { anchor, head } = view.state.selection.main;
  if (Math.max(anchor, head) > ytext.length) return null;
  return {
    anchor: Y.createRelativePositionFromTypeIndex(ytext, anchor),
    head: Y.createRelativePositionFromTypeIndex(ytext, head),
  };
}

function draw(view: EditorView, ytext: Y.Text, others: Others): DecorationSet {
  const length = view.state.doc.length;
  const ranges: Range<Decoration>[] = [];
  for (const [clientId, state] of others.getStates()) {
    if (clientId === others.clientID || !isRemote(state) || state.cursor === null) continue;
    const [anchor, head] = [state.cursor.anchor, state.cursor.head].map((position) =>
      indexOf(position, ytext),
    );
    if (anchor === null || anchor === undefined || head === null || head === undefined) continue;
    if (anchor > length || head > length) continue;
    const hue = hueOf(state.user.id);
    const [from, to] = [Math.min(anchor, head), Math.max(anchor, head)];
    if (from < to) ranges.push(Decoration.mark({ class: `peer-selection peer-${hue}` }).range(from, to));
    const widget = new Caret(state.user.name, hue);
    ranges.push(Decoration.widget({ widget, side: head > anchor ? -1 : 1 }).range(head));
  }
  return RangeSet.of(ranges, true);
}

const isRemote = (state: object): state is RemoteState => "user" in state && "cursor" in state;

function indexOf(position: Y.RelativePosition, ytext: Y.Text): number | null {
  if (ytext.doc === null) return null;
  return Y.createAbsolutePositionFromRelativePosition(position, ytext.doc)?.index ?? null;
}

class Caret extends WidgetType {
  readonly name: string;
  readonly hue: number;

  constructor(name: string, hue: number) {
    super();
    this.name = name;
    this.hue = hue;
  }

  override eq(other: Caret): boolean {
    return other.name === this.name && other.hue === this.hue;
  }

  override toDOM(): HTMLElement {
    const caret = document.createElement("span");
    caret.className = `peer-caret peer-${this.hue}`;
    caret.setAttribute("aria-hidden", "true");
    // Shown by the style sheet: it is no part of the text, also not of what is copied.
    caret.dataset["name"] = this.name;
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}
