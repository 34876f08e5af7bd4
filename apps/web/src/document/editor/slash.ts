import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSection,
} from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";

import { isPointerCoarse } from "../../lib/media.ts";
import { describeKeys } from "../../ui/Shortcut.tsx";
import { commandGroups, type EditorCommand, formatShortcut } from "./commands.ts";

/** Completes commands after a slash at the start of a line or after a space. Running a command removes the slash. */
export function createSlashCompletion(more: readonly EditorCommand[]) {
  const options = commandGroups.flatMap(({ name, commands }, rank) =>
    [...commands, ...(rank === commandGroups.length - 1 ? more : [])].map((command) =>
      toCompletion(command, { name, rank }),
    ),
  );
  return (context: CompletionContext): CompletionResult | null => {
    const typed = context.matchBefore(/(?:^|(?<=\s))\/[\p{L}\d ]{0,20}$/u);
    if (typed === null || isInCode(context)) return null;
    const query = typed.text.slice(1).toLowerCase();
    const found = options
      .filter(({ search }) => search.split(" ").some((word) => word.startsWith(query)))
      .filter(({ isOffered }) => isOffered?.(context.state) ?? true)
      .toSorted((a, b) => Number(b.search.startsWith(query)) - Number(a.search.startsWith(query)));
    if (found.length === 0) return null;
    return { from: typed.from, options: found, filter: false };
  };
}

type CommandCompletion = Completion & Pick<EditorCommand, "isOffered"> & { search: string };

function toCompletion(
  { label, words = "", key, run, isOffered }: EditorCommand,
  section: CompletionSection,
): CommandCompletion {
  return {
    ...(isOffered !== undefined && { isOffered }),
    ...(key !== undefined && !isPointerCoarse() && { detail: describeKeys(formatShortcut(key)) }),
    label,
    section,
    type: "command",
    search: `${label.toLowerCase()} ${label.toLowerCase().replaceAll(" ", "")} ${words}`,
    apply(view, _completion, from, to) {
      view.dispatch({ changes: { from, to }, userEvent: "delete.slash" });
      run(view);
      view.focus();
    },
  };
}

function isInCode({ state, pos }: CompletionContext): boolean {
  for (
    let node: ReturnType<typeof resolveNode> | null = resolveNode(state, pos);
    node !== null;
    node = node.parent
  )
    if (/Code|CodeText/.test(node.name)) return true;
  return false;
}

const resolveNode = (state: CompletionContext["state"], pos: number) =>
  syntaxTree(state).resolveInner(pos, -1);
