import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import { EditorSelection, type EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

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
      onFiles(files, view.posAtCoords({ x, y }, false));
      return true;
    },
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
