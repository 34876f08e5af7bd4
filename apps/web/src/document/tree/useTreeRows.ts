import { useMemo, useState } from "react";

import { createRows, type Level, type Levels, type TreeRow } from "./rows.ts";

/** The rows of a tree, from the contents that its folder loaders report. */
export function useTreeRows(openIds: readonly string[]): {
  rows: readonly TreeRow[];
  levels: Levels;
  /** The folders to load: the root, and the open folders that can be seen. */
  folderIds: readonly (string | null)[];
  onLevel: (folderId: string | null, level: Level | null) => void;
} {
  const [levels, setLevels] = useState<Levels>(new Map());
  const rows = useMemo(() => {
    const open = new Set(openIds);
    return createRows(levels, (id) => open.has(id));
  }, [levels, openIds]);
  const folderIds = useMemo(() => {
    const open = new Set(openIds);
    const seen = rows.flatMap((row) =>
      row.kind === "node" && row.node.kind === "folder" && open.has(row.node.id) ? [row.node.id] : [],
    );
    return [null, ...seen];
  }, [rows, openIds]);
  const onLevel = (folderId: string | null, level: Level | null) =>
    setLevels((before) => {
      const after = new Map(before);
      if (level === null) after.delete(folderId);
      else after.set(folderId, level);
      return after;
    });
  return { rows, levels, folderIds, onLevel };
}
