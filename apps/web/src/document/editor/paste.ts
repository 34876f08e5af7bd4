import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import { EditorSelection, type EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

import { showToast } from "../../ui/toast.ts";
import { toTable } from "./tables.ts";
import { undo } from "./undo.ts";

type SyntaxNode = ReturnType<ReturnType<typeof syntaxTree>["resolveInner"]>;

export interface PasteOptions {
  /** Handles files that were pasted or dropped, with the text position. */
  onFiles(files: File[], position: number): void;
}

/** Smart paste: an address over a selection becomes a link, rich text becomes Markdown, and files are uploaded. */
export function createPasteHandler({ onFiles }: PasteOptions) {
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
      const table = html === "" ? toTable(text) : null;
      if (table !== null && !isVerbatim(view.state, view.state.selection.main)) {
        event.preventDefault();
        insertParagraphs(view, table, view.state.selection.main);
        return true;
      }
      if (!(text === "" ? html !== "" : isRich(html)) || isVerbatim(view.state, view.state.selection.main))
        return false;
      event.preventDefault();
      void pasteHtml(view, html, text);
      return true;
    },
    drop(event, view) {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0 || view.state.readOnly) return false;
      event.preventDefault();
      const { clientX: x, clientY: y } = event;
      const [texts, others] = [files.filter(isShortMarkdown), files.filter((file) => !isShortMarkdown(file))];
      const position = view.posAtCoords({ x, y }, false);
      if (others.length > 0) onFiles(others, position);
      if (texts.length > 0) void insertTexts(view, texts, position);
      return true;
    },
  });
}

/** Maximum size in bytes of Markdown files whose texts are inserted. Longer ones become attachments. */
const maxTextBytes = 500_000;

const isShortMarkdown = ({ name, size }: File) => /\.(?:md|markdown)$/i.test(name) && size <= maxTextBytes;

/** Inserts the texts of files after the line at a position. */
async function insertTexts(view: EditorView, files: readonly File[], position: number): Promise<void> {
  const texts = await Promise.all(files.map((file) => file.text()));
  const text = texts.map((one) => one.replace(/^\uFEFF/, "").trim()).join("\n\n");
  if (!view.dom.isConnected || text === "") return;
  const at = view.state.doc.lineAt(Math.min(position, view.state.doc.length)).to;
  insertParagraphs(view, text, { from: at, to: at });
  const names = files.map(({ name }) => `“${name}”`).join(", ");
  showToast(`The text of ${names} was inserted.`, { label: "Undo", run: () => undo(view) });
}

/** Replaces a range with text that is separated from the text around it by blank lines. */
function insertParagraphs(view: EditorView, text: string, { from, to }: { from: number; to: number }): void {
  const { state } = view;
  const before = state.sliceDoc(Math.max(0, from - 2), from);
  const after = state.sliceDoc(to, to + 2);
  const lead =
    before === "" || before === "\n\n" || before === "\n" ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail =
    after === "" ? "\n" : after === "\n\n" || after === "\n" ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const insert = lead + text + tail;
  view.dispatch({
    changes: { from, to, insert },
    selection: EditorSelection.cursor(from + lead.length + text.length),
    scrollIntoView: true,
    userEvent: "input.paste",
  });
}

/** Links the selected text to an address. */
function linkSelection(view: EditorView, address: string): boolean {
  const { state } = view;
  const { main } = state.selection;
  if (main.empty || !/^https?:\/\/\S+$/.test(address)) return false;
  if (isVerbatim(state, main)) return false;
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

/** Whether HTML is more than plain text. Code editors also put their lines on the clipboard as HTML. */
const isRich = (html: string) =>
  /<(?:a|b|strong|em|i|h[1-6]|ul|ol|table|blockquote|img|pre|code|s|del)\b|font-weight:\s*(?:bold|[6-9]00)|mso-list/i.test(
    html,
  ) && !/vscode|<meta name="generator"/i.test(html);

/** Syntax nodes whose text is not parsed as Markdown. */
const verbatimNode = /Code|HTML|Comment|ProcessingInstruction|Frontmatter|URL|LinkReference|Autolink/;

/** Parsing budget in milliseconds before pasting into a long text. */
const maxParseMs = 50;

/** Whether a range or cursor is in code, front matter, HTML or a link target. */
function isVerbatim(state: EditorState, { from, to }: { from: number; to: number }): boolean {
  const tree = ensureSyntaxTree(state, to, maxParseMs) ?? syntaxTree(state);
  const holds = (node: SyntaxNode) =>
    from < to
      ? node.from < to && from < node.to
      : (node.from < from && to < node.to) || node.name === "CodeText";
  for (const inner of [tree.resolveInner(from, 1), tree.resolveInner(to, -1)]) {
    for (let node: SyntaxNode | null = inner; node !== null; node = node.parent)
      if (verbatimNode.test(node.name) && holds(node)) return true;
  }
  return false;
}

async function pasteHtml(view: EditorView, html: string, text: string): Promise<void> {
  const { htmlToMarkdown } = await import("./html-to-markdown.ts");
  const markdown = htmlToMarkdown(html);
  view.dispatch(view.state.replaceSelection(markdown === "" ? text : markdown), {
    scrollIntoView: true,
    userEvent: "input.paste",
  });
}
