import { openSearchPanel } from "@codemirror/search";
import type { EditorView } from "@codemirror/view";
import {
  Bold,
  Code,
  CodeXml,
  Focus,
  Heading2,
  Image,
  Italic,
  Link,
  List,
  ListChecks,
  ListOrdered,
  MessageSquarePlus,
  Quote,
  Search,
  Strikethrough,
  Table,
} from "lucide-react";
import type { ReactNode } from "react";

import { IconButton } from "../../ui/Button.tsx";
import {
  bold,
  bullets,
  code,
  codeBlock,
  type EditorCommand,
  heading2,
  italic,
  link,
  numbers,
  quote,
  strike,
  table,
  task,
} from "./commands.ts";

interface ToolbarProps {
  view: EditorView | null;
  focused: boolean;
  onFocusMode: (focused: boolean) => void;
  /** Opens the file picker. */
  onPick: () => void;
  onComment: (() => void) | undefined;
}

const groups: { command: EditorCommand; icon: ReactNode }[][] = [
  [
    { command: heading2, icon: <Heading2 /> },
    { command: bold, icon: <Bold /> },
    { command: italic, icon: <Italic /> },
    { command: strike, icon: <Strikethrough /> },
    { command: code, icon: <Code /> },
    { command: link, icon: <Link /> },
  ],
  [
    { command: bullets, icon: <List /> },
    { command: numbers, icon: <ListOrdered /> },
    { command: task, icon: <ListChecks /> },
    { command: quote, icon: <Quote /> },
  ],
  [
    { command: table, icon: <Table /> },
    { command: codeBlock, icon: <CodeXml /> },
  ],
];

/** Formatting buttons for people who do not know Markdown syntax or the shortcuts. */
export function Toolbar({ view, focused, onFocusMode, onPick, onComment }: ToolbarProps) {
  const run = ({ run: command }: EditorCommand) => {
    if (view === null) return;
    command(view);
    view.focus();
  };
  return (
    <div
      role="toolbar"
      aria-label="Formatting"
      className="flex h-10 shrink-0 items-center gap-0.5 overflow-x-auto border-b border-line px-2 [scrollbar-width:none]"
    >
      {groups.map((group) => (
        <span key={group[0]?.command.id} className="flex gap-0.5 border-r border-line pr-1.5 mr-1">
          {group.map(({ command, icon }) => (
            <IconButton
              key={command.id}
              label={command.label}
              {...(command.key !== undefined && { keys: formatShortcut(command.key) })}
              onClick={() => run(command)}
            >
              {icon}
            </IconButton>
          ))}
        </span>
      ))}
      <IconButton label="Image or file" onClick={onPick}>
        <Image />
      </IconButton>
      {onComment !== undefined && (
        <IconButton label="Comment on the selection" onClick={onComment}>
          <MessageSquarePlus />
        </IconButton>
      )}
      <span className="ml-auto flex gap-0.5 pl-1">
        <IconButton
          label="Find and replace"
          keys="Mod+F"
          onClick={() => view !== null && openSearchPanel(view)}
        >
          <Search />
        </IconButton>
        <IconButton label="Focus mode" aria-pressed={focused} onClick={() => onFocusMode(!focused)}>
          <Focus />
        </IconButton>
      </span>
    </div>
  );
}

/** Converts a CodeMirror key name to the notation used in tooltips. */
const formatShortcut = (key: string) =>
  key
    .split("-")
    .map((part) => (part.length === 1 ? part.toUpperCase() : part))
    .join("+");
