import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { yamlFrontmatter } from "@codemirror/lang-yaml";
import { languages } from "@codemirror/language-data";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  keymap,
  placeholder,
  rectangularSelection,
} from "@codemirror/view";
import type { LiveDocument } from "@mdreader/client/live";

import { createCommentRanges } from "../comment/ranges.ts";
import { type EditorCommand, keyedCommands } from "./commands.ts";
import { createRemoteCursors } from "./cursors.ts";
import { keepCursorVisible } from "./keep-cursor-visible.ts";
import { type CompleteLink, createLinkCompletion } from "./link-completion.ts";
import { listKeys } from "./lists.ts";
import { createPasteHandler, type PasteOptions } from "./paste.ts";
import { createSavableText } from "./savable-text.ts";
import { createSlashCompletion } from "./slash.ts";
import { tableKeys } from "./tables.ts";
import { bindText } from "./text-binding.ts";
import { sourceHighlighting } from "./theme.ts";
import { createUndoManager, createUndoHistory, undoKeys } from "./undo.ts";
import { uploadPlaceholders } from "./uploads.ts";

/** Callbacks and commands that the page provides to its editor. */
export interface EditorServices extends PasteOptions {
  completeLink: CompleteLink;
  /** Opens the thread of a clicked range. */
  onThread: (threadId: string) => void;
  /** Called after removing characters that documents can't store. */
  onRemoved: (count: number) => void;
  /** Additional slash menu commands. */
  commands: readonly EditorCommand[];
}

/** Makes the text editable or read-only. Read-only text can still be selected. */
export const createEditableCompartment = (mayEdit: boolean): Extension => [
  EditorState.readOnly.of(!mayEdit),
  EditorView.contentAttributes.of({ "aria-readonly": String(!mayEdit) }),
];

/**
 * Front matter is parsed in texts up to this length, in characters: its parser reads the whole text on each keystroke.
 */
const maxFrontMatterLength = 200_000;

function createLanguage(text: string): Extension {
  const content = markdown({ base: markdownLanguage, codeLanguages: languages, addKeymap: false });
  return text.length <= maxFrontMatterLength ? yamlFrontmatter({ content }) : content;
}

/** Creates an editor for a live document. Undo reverts only the person's own edits. */
export function createEditor(
  parent: HTMLElement,
  live: LiveDocument,
  services: EditorServices,
  more: Extension,
): { view: EditorView; close: () => void } {
  const text = live.ytext.toJSON();
  const undoManager = createUndoManager(live.ytext);
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        more,
        createUndoHistory(undoManager),
        bindText(live.ytext, text),
        createSavableText(services.onRemoved),
        createRemoteCursors(live.awareness),
        createLanguage(text),
        sourceHighlighting,
        autocompletion({
          override: [createSlashCompletion(services.commands), createLinkCompletion(services.completeLink)],
          icons: false,
        }),
        closeBrackets(),
        search({ top: true }),
        highlightSelectionMatches({ minSelectionLength: 3 }),
        createPasteHandler(services),
        createCommentRanges(services.onThread),
        uploadPlaceholders,
        drawSelection(),
        dropCursor(),
        rectangularSelection(),
        highlightActiveLine(),
        placeholder("Write Markdown, or press / for commands"),
        keepCursorVisible,
        EditorView.lineWrapping,
        EditorView.perLineTextDirection.of(true),
        EditorView.contentAttributes.of({
          "aria-label": "Markdown",
          tabindex: "0",
          spellcheck: "true",
          autocapitalize: "sentences",
        }),
        editorKeymap,
      ],
    }),
  });
  return {
    view,
    close() {
      view.destroy();
      undoManager.destroy();
    },
  };
}

/** Key bindings by precedence. Escape, then Tab leaves the editor (CodeMirror's convention); so does Ctrl-M. */
const editorKeymap: Extension = [
  Prec.high(keymap.of(keyedCommands.map(({ key = "", run }) => ({ key, run, preventDefault: true })))),
  keymap.of([
    ...completionKeymap,
    ...undoKeys,
    ...tableKeys,
    ...listKeys,
    ...closeBracketsKeymap,
    ...searchKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
];
