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

import { toHues } from "../../ui/hue.ts";
import { toEditorPosition, toRelativePosition } from "./text-binding.ts";

/** The part of the awareness API that cursors need. */
interface RemoteAwareness {
  readonly clientID: number;
  getStates(): Map<number, object>;
  setLocalStateField(field: string, value: unknown): void;
  on(event: "change", listener: () => void): void;
  off(event: "change", listener: () => void): void;
}

/**
 * Draws remote cursors and selections, and publishes the local one. Colors are classes because the page's CSP forbids
 * inline styles.
 */
export function createRemoteCursors(others: RemoteAwareness): Extension {
  return ViewPlugin.define(
    (view) => {
      let decorations = drawCursors(view, others);
      let own = "";
      const redraw = () => {
        decorations = drawCursors(view, others);
        view.dispatch({});
      };
      // Awareness may change during an editor update. Redraw after it.
      const onChange = () => queueMicrotask(() => view.dom.isConnected && redraw());
      others.on("change", onChange);
      return {
        get decorations() {
          return decorations;
        },
        update(update: ViewUpdate) {
          if (update.docChanged) decorations = drawCursors(update.view, others);
          if (!update.selectionSet && !update.focusChanged && !update.docChanged) return;
          const cursor = update.view.hasFocus ? readCursor(update.view) : null;
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

function readCursor({ state }: EditorView) {
  const { main } = state.selection;
  const [anchor, head] = [toRelativePosition(state, main.anchor), toRelativePosition(state, main.head)];
  return anchor === null || head === null ? null : { anchor, head };
}

function drawCursors({ state }: EditorView, others: RemoteAwareness): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  const remotes = [...others.getStates()].flatMap(([clientId, remote]) =>
    clientId === others.clientID || !isRemote(remote) ? [] : [remote],
  );
  const hues = toHues(remotes.map(({ user }) => user.id));
  for (const remote of remotes) {
    if (remote.cursor === null) continue;
    const [anchor, head] = [
      toEditorPosition(state, remote.cursor.anchor),
      toEditorPosition(state, remote.cursor.head),
    ];
    if (anchor === null || head === null) continue;
    const hue = hues.get(remote.user.id) ?? 0;
    const [from, to] = [Math.min(anchor, head), Math.max(anchor, head)];
    if (from < to) ranges.push(Decoration.mark({ class: `person-selection person-${hue}` }).range(from, to));
    const widget = new Caret(remote.user.name, hue);
    ranges.push(Decoration.widget({ widget, side: head > anchor ? -1 : 1 }).range(head));
  }
  return RangeSet.of(ranges, true);
}

const isRemote = (state: object): state is RemoteState => "user" in state && "cursor" in state;

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
    caret.className = `person-caret person-${this.hue}`;
    caret.setAttribute("aria-hidden", "true");
    // Rendered by CSS, so that the name is not part of the text or of copied text.
    caret.dataset["name"] = this.name;
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}
