import { Toolbar as Base } from "@base-ui/react/toolbar";
import { openSearchPanel } from "@codemirror/search";
import type { EditorView } from "@codemirror/view";
import {
  Bold,
  Code,
  CodeXml,
  Ellipsis,
  Focus,
  Heading1,
  Heading2,
  Heading3,
  Image,
  Info,
  Italic,
  Link,
  List,
  ListChecks,
  ListOrdered,
  MessageSquarePlus,
  Quote,
  Redo2,
  Search,
  Sigma,
  Strikethrough,
  Table,
  Undo2,
  Workflow,
} from "lucide-react";
import { type ReactNode, type RefObject, useRef } from "react";

import { useElementWidth } from "../../lib/element-width.ts";
import { isPointerCoarse } from "../../lib/media.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Menu, MenuItem, MenuSeparator, MenuToggle } from "../../ui/Menu.tsx";
import {
  bold,
  bullets,
  code,
  codeBlock,
  type EditorCommand,
  formatShortcut,
  heading1,
  heading2,
  heading3,
  italic,
  link,
  math,
  mermaid,
  note,
  numbers,
  quote,
  strike,
  table,
  task,
} from "./commands.ts";
import { redo, undo } from "./undo.ts";

interface ToolbarProps {
  view: EditorView | null;
  focused: boolean;
  onFocusMode: (focused: boolean) => void;
  /** Opens the file picker. */
  onPick: () => void;
  onComment: (() => void) | undefined;
}

interface Tool {
  label: string;
  icon: ReactNode;
  keys?: string;
  isPressed?: boolean;
  run: () => void;
}

/** Formatting commands. The last ones move into a menu first if the toolbar is narrow. */
const formatting: { command: EditorCommand; icon: ReactNode }[] = [
  { command: bold, icon: <Bold /> },
  { command: italic, icon: <Italic /> },
  { command: heading1, icon: <Heading1 /> },
  { command: heading2, icon: <Heading2 /> },
  { command: heading3, icon: <Heading3 /> },
  { command: link, icon: <Link /> },
  { command: bullets, icon: <List /> },
  { command: task, icon: <ListChecks /> },
  { command: numbers, icon: <ListOrdered /> },
  { command: quote, icon: <Quote /> },
  { command: code, icon: <Code /> },
  { command: strike, icon: <Strikethrough /> },
  { command: table, icon: <Table /> },
  { command: codeBlock, icon: <CodeXml /> },
  { command: note, icon: <Info /> },
  { command: math, icon: <Sigma /> },
  { command: mermaid, icon: <Workflow /> },
];

/** Formatting buttons for people who do not know Markdown syntax or the shortcuts. One tab stop; arrow keys move. */
export function Toolbar({ view, focused, onFocusMode, onPick, onComment }: ToolbarProps) {
  const bar = useRef<HTMLDivElement>(null);
  const capacity = useCapacity(bar);
  const apply = ({ run }: Pick<EditorCommand, "run">) => {
    if (view === null) return;
    run(view);
    view.focus();
  };
  const commands = formatting.map(({ command, icon }): Tool => ({
    label: command.label,
    icon,
    ...(command.key !== undefined && { keys: formatShortcut(command.key) }),
    run: () => apply(command),
  }));
  const before: Tool[] = [
    { label: "Undo", icon: <Undo2 />, keys: "Mod+Z", run: () => apply({ run: undo }) },
    { label: "Redo", icon: <Redo2 />, keys: "Mod+Shift+Z", run: () => apply({ run: redo }) },
  ];
  const after: Tool[] = [
    { label: "Image or file", icon: <Image />, run: onPick },
    ...(onComment === undefined
      ? []
      : [{ label: "Comment on the selection", icon: <MessageSquarePlus />, run: onComment }]),
  ];
  const last: Tool[] = [
    {
      label: "Find and replace",
      icon: <Search />,
      keys: "Mod+F",
      run: () => view !== null && openSearchPanel(view),
    },
    { label: "Focus mode", icon: <Focus />, isPressed: focused, run: () => onFocusMode(!focused) },
  ];
  const hasRoom = capacity >= minCapacity;
  const ends = hasRoom ? [...after, ...last] : after;
  const free = capacity - before.length - ends.length;
  const shown = commands.slice(0, commands.length <= free ? commands.length : Math.max(0, free - 1));
  const more = commands.slice(shown.length);
  return (
    <Base.Root
      ref={bar}
      aria-label="Formatting"
      className="flex h-10 shrink-0 items-center gap-0.5 overflow-hidden border-b border-line px-2 pointer-coarse:h-11"
    >
      {[...before, ...shown].map((tool) => (
        <ToolButton key={tool.label} {...tool} />
      ))}
      {more.length > 0 && (
        <Menu
          trigger={
            <Base.Button
              render={
                <IconButton label="More formatting">
                  <Ellipsis />
                </IconButton>
              }
            />
          }
        >
          {more.map((tool) => (
            <ToolItem key={tool.label} {...tool} />
          ))}
          {!hasRoom && (
            <>
              <MenuSeparator />
              {last.map((tool) => (
                <ToolItem key={tool.label} {...tool} />
              ))}
            </>
          )}
        </Menu>
      )}
      <span className="flex-1" />
      {ends.map((tool) => (
        <ToolButton key={tool.label} {...tool} />
      ))}
    </Base.Root>
  );
}

function ToolItem({ label, icon, keys, isPressed, run }: Tool) {
  return isPressed === undefined ? (
    <MenuItem icon={icon} {...(keys !== undefined && { keys })} onSelect={run}>
      {label}
    </MenuItem>
  ) : (
    <MenuToggle icon={icon} checked={isPressed} onChange={run}>
      {label}
    </MenuToggle>
  );
}

function ToolButton({ label, icon, keys, isPressed, run }: Tool) {
  return (
    <Base.Button
      render={
        <IconButton
          label={label}
          {...(keys !== undefined && { keys })}
          aria-pressed={isPressed}
          onMouseDown={(event) => event.preventDefault()}
          onClick={run}
        >
          {icon}
        </IconButton>
      }
    />
  );
}

/** Width in pixels of a button and the gap after it, with a mouse and with a finger. */
const buttonWidth = { fine: 30, coarse: 42 };

/** The number of buttons from which the last tools have room. In a narrower toolbar, they are in the menu. */
const minCapacity = 12;

/** Horizontal padding of the toolbar in pixels. */
const padding = 16;

/** The number of buttons that fit. */
function useCapacity(bar: RefObject<HTMLElement | null>): number {
  const width = useElementWidth(bar);
  return Math.floor((width - padding) / buttonWidth[isPointerCoarse() ? "coarse" : "fine"]);
}
