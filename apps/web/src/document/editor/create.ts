import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { markdown, markdownKeymap, markdownLanguage } from "@codemirror/lang-markdown";
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
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import * as Y from "yjs";

import { commentRanges } from "../comments/ranges.ts";
import { type EditorCommand, keyedCommands } from "./commands.ts";
import { peerCursors } from "./cursors.ts";
import { type CompleteLink, linkCompletion } from "./link-completion.ts";
import { listKeys } from "./lists.ts";
import { pasting, type PasteOptions } from "./paste.ts";
import { slashCommands } from "./slash.ts";
import { tableKeys } from "./tables.ts";
import { sourceColours } from "./theme.ts";
import { uploadPlaces } from "./uploads.ts";

/** What the page does for its editor. */
export interface EditorServices extends PasteOptions {
  completeLink: CompleteLink;
  /** Opens a thread whose words were clicked on. */
  onThread: (threadId: string) => void;
  /** What the slash menu offers besides its own. */
  commands: readonly EditorCommand[];
}

/** Whether the text can be written, or only read and selected. */
export const mayWrite = (may: boolean): Extension => [
  EditorState.readOnly.of(!may),
  EditorView.contentAttributes.of({ "aria-readonly": String(!may) }),
];

/** Texts up to so many characters are looked at for front matter: its parser reads all of a text with each key. */
const longestWithFrontMatter = 200_000;

function languageOf(text: string): Extension {
  const content = markdown({ base: markdownLanguage, codeLanguages: languages, addKeymap: false });
  return text.length <= longestWithFrontMatter ? yamlFrontmatter({ content }) : content;
}

/** Makes an editor of a live document. Undoing takes back one's own changes alone. */
export function createEditor(
  parent: HTMLElement,
  live: LiveDocument,
  services: EditorServices,
  more: Extension,
): { view: EditorView; close: () => void } {
  const text = live.ytext.toJSON();
  const undoManager = new Y.UndoManager(live.ytext);
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        more,
        // Yjs counts every unit of the text: a line ends where the author ended it.
        EditorState.lineSeparator.of("\n"),
        yCollab(live.ytext, null, { undoManager }),
        peerCursors(live.ytext, live.awareness),
        languageOf(text),
        sourceColours,
        autocompletion({
          override: [slashCommands(services.commands), linkCompletion(services.completeLink)],
          icons: false,
        }),
        closeBrackets(),
        search({ top: true }),
        highlightSelectionMatches({ minSelectionLength: 3 }),
        pasting(services),
        commentRanges(services.onThread),
        uploadPlaces,
        drawSelection(),
        dropCursor(),
        rectangularSelection(),
        highlightActiveLine(),
        placeholder("Write Markdown, or press / for commands"),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          "aria-label": "Markdown",
          tabindex: "0",
          spellcheck: "true",
          autocapitalize: "sentences",
        }),
        keys,
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

/** Which key does what, the nearest first. Escape and then Tab leave the editor, as CodeMirror has it; so does Ctrl-M. */
const keys = [
  Prec.high(keymap.of(keyedCommands.map(({ key = "", run }) => ({ key, run, preventDefault: true })))),
  keymap.of([
    ...completionKeymap,
    ...yUndoManagerKeymap,
    ...tableKeys,
    ...listKeys,
    ...markdownKeymap,
    ...closeBracketsKeymap,
    ...searchKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
];
