import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import type * as Y from "yjs";

import { showToast } from "../../ui/toast.ts";
import { createFileLink } from "../attachment/markdown-link.ts";
import { toRelativePosition } from "./text-binding.ts";

/** Upload placeholders: each tracks its position in the text and shows a progress bar until a link replaces it. */

interface Upload {
  id: number;
  name: string;
  onCancel: () => void;
}

const begin = StateEffect.define<Upload & { at: number }>({
  map: (upload, changes) => ({ ...upload, at: changes.mapPos(upload.at, -1) }),
});
const end = StateEffect.define<number>();

const placeholderField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, { changes, effects }) {
    let next = shown.map(changes);
    for (const effect of effects) {
      if (effect.is(begin)) {
        const { at, ...upload } = effect.value;
        next = next.update({
          // Text that is typed at its position during the upload follows it.
          add: [Decoration.widget({ widget: new UploadBar(upload), side: -1 }).range(at)],
        });
      } else if (effect.is(end)) {
        next = next.update({ filter: (_from, _to, { spec }) => spec.widget.upload.id !== effect.value });
      }
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export const uploadPlaceholders: Extension = placeholderField;

class UploadBar extends WidgetType {
  readonly upload: Upload;

  constructor(upload: Upload) {
    super();
    this.upload = upload;
  }

  override eq(other: UploadBar): boolean {
    return other.upload.id === this.upload.id;
  }

  override toDOM(): HTMLElement {
    const bar = document.createElement("span");
    bar.className = "upload";
    bar.dataset["upload"] = String(this.upload.id);
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.ariaLabel = `Uploading ${this.upload.name}`;
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.textContent = "×";
    cancel.ariaLabel = `Cancel uploading ${this.upload.name}`;
    cancel.addEventListener("click", () => this.upload.onCancel());
    bar.append(this.upload.name, progress, cancel);
    return bar;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** Uploads a file. @returns The path for links in the Markdown, the name, and whether the file is an image. */
export type SendFile = (
  file: File,
  options: { onProgress: (sent: number, total: number) => void; signal: AbortSignal },
) => Promise<{ path: string; name: string; isImage: boolean }>;

/** Inserts text into a document that is no longer open on the page. */
export type InsertUnseen = (place: Y.RelativePosition, insert: string) => Promise<void>;

let lastId = 0;

/**
 * Uploads a file and inserts a link at a position in the text, even if the person has left the document by then.
 *
 * @throws Error if the file is rejected.
 */
export async function uploadTo(
  view: EditorView,
  at: number,
  file: File,
  { send, insertUnseen }: { send: SendFile; insertUnseen: InsertUnseen },
): Promise<void> {
  const id = ++lastId;
  const ends = new AbortController();
  const position = Math.min(at, view.state.doc.length);
  const place = toRelativePosition(view.state, position);
  view.dispatch({ effects: begin.of({ id, name: file.name, at: position, onCancel: () => ends.abort() }) });
  try {
    const { path, name, isImage } = await send(file, {
      signal: ends.signal,
      onProgress(sent, total) {
        const bar = view.dom.querySelector<HTMLProgressElement>(`[data-upload="${id}"] progress`);
        if (bar !== null) bar.value = total === 0 ? 1 : sent / total;
      },
    });
    const isUnnamed = isImage && /^Pasted \d{4}-/.test(name);
    const link = createFileLink({ path, name: isUnnamed ? "" : name, isImage });
    if (view.dom.isConnected) write(view, id, link);
    if (view.dom.isConnected && isUnnamed)
      showToast("The image has no description yet.", { label: "Describe", run: () => describe(view, link) });
    if (view.dom.isConnected) return;
    if (place !== null) await insertUnseen(place, link);
  } catch (error) {
    if (view.dom.isConnected) write(view, id, "");
    if (!ends.signal.aborted) throw error;
  }
}

/** Puts the cursor where an image's description belongs. */
function describe(view: EditorView, link: string): void {
  const at = view.state.doc.toString().lastIndexOf(link);
  if (at !== -1) view.dispatch({ selection: { anchor: at + "![".length }, scrollIntoView: true });
  view.focus();
}

function write(view: EditorView, id: number, insert: string): void {
  const placeholders = view.state.field(placeholderField);
  const cursor = placeholders.iter();
  while (cursor.value !== null && cursor.value.spec.widget.upload.id !== id) cursor.next();
  const { main } = view.state.selection;
  const isAtCursor = main.empty && main.head === cursor.from;
  const later: StateEffect<unknown>[] = [];
  if (cursor.value !== null)
    placeholders.between(cursor.from, cursor.from, (at, _to, { spec }) => {
      const { upload } = spec.widget;
      if (upload.id > id) later.push(end.of(upload.id), begin.of({ ...upload, at: at + insert.length }));
    });
  view.dispatch({
    ...(cursor.value !== null && { changes: { from: cursor.from, insert } }),
    // Text that is typed next follows the link.
    ...(cursor.value !== null && isAtCursor && { selection: { anchor: cursor.from + insert.length } }),
    // Files that were added after it keep their order.
    effects: [end.of(id), ...later],
    userEvent: "input.upload",
  });
}
