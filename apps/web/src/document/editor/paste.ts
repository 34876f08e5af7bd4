import { EditorSelection } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

export interface PasteOptions {
  /** Takes files that were pasted, or dropped at a place of the text. */
  onFiles(files: File[], position: number): void;
}

/** Pastes as whoever writes Markdown means it: an address over words is a link, rich text is Markdown, a file is uploaded. */
export function pasting({ onFiles }: PasteOptions) {
  return EditorView.domEventHandlers({
    paste(event, view) {
      const data = event.clipboardData;
      if (data === null || view.state.readOnly) return false;
      const text = data.getData("text/plain");
      const html = data.getData("text/html");
      const files = [...data.files];
      if (files.length > 0 && text === "") {
        event.preventDefault();
        onFiles(files, view.state.selection.main.from);
        return true;
      }
      if (linkSelection(view, text.trim())) {
        event.preventDefault();
        return true;
      }
      if (!isRich(html) || isInCodeLine(view)) return false;
      event.preventDefault();
      void pasteHtml(view, html, text);
      return true;
    },
    drop(event, view) {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0 || view.state.readOnly) return false;
      event.preventDefault();
      const { clientX: x, clientY: y } = event;
      onFiles(files, view.posAtCoords({ x, y }, false));
      return true;
    },
  });
}

/** Puts an address under the words that are selected. */
function linkSelection(view: EditorView, address: string): boolean {
  const { state } = view;
  const { main } = state.selection;
  if (main.empty || !/^https?:\/\/\S+$/.test(address)) return false;
  const words = state.sliceDoc(main.from, main.to);
  if (words.includes("\n") || /^https?:\/\//.test(words)) return false;
  const insert = `[${words}](${address})`;
  view.dispatch({
    changes: { from: main.from, to: main.to, insert },
    selection: EditorSelection.cursor(main.from + insert.length),
    userEvent: "input.paste",
  });
  return true;
}

/** Whether it holds more than a run of text: code editors put their lines on the clipboard as HTML too. */
const isRich = (html: string) =>
  /<(?:a|b|strong|em|i|h[1-6]|ul|ol|table|blockquote|img)\b/i.test(html) &&
  !/vscode|<meta name="generator"/i.test(html);

function isInCodeLine({ state }: EditorView): boolean {
  let fences = 0;
  for (let { number } = state.doc.lineAt(state.selection.main.from); number > 0; number -= 1)
    if (/^\s*(?:```|~~~)/.test(state.doc.line(number).text)) fences += 1;
  return fences % 2 === 1;
}

async function pasteHtml(view: EditorView, html: string, text: string): Promise<void> {
  const { markdownOfHtml } = await import("./html-to-markdown.ts");
  const markdown = markdownOfHtml(html);
  view.dispatch(view.state.replaceSelection(markdown === "" ? text : markdown), {
    scrollIntoView: true,
    userEvent: "input.paste",
  });
}
