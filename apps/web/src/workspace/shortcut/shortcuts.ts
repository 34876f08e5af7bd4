import type { RouterOutputs } from "@mdreader/client";

type Shortcuts = RouterOutputs["document"]["favorite"]["list"];

/** A document in a personal list. */
export type Shortcut = Shortcuts["items"][number];

/** The query input of a personal list. One page contains all of it. */
export const toShortcutListInput = (workspaceId: string) => ({ workspaceId, limit: 100 });

/** Changes the items of a cached list. */
export const changeShortcuts = (
  list: Shortcuts | undefined,
  change: (items: Shortcut[]) => Shortcut[],
): Shortcuts | undefined => list && { ...list, items: change(list.items) };
