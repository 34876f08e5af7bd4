import { maxNameLength } from "@mdreader/client";
import { type KeyboardEvent, useEffect, useRef } from "react";

import type { Node } from "./node.ts";
import { useTree } from "./tree-state.ts";

/** Renames a node in place. Enter and blur save; Escape cancels. */
export function RenameField({ node }: { node: Node }) {
  const { actions, setRenaming } = useTree();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // A closing menu restores the focus first. Select the text after that.
    const frame = requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.select();
    });
    return () => cancelAnimationFrame(frame);
  }, []);

  // Enter and Escape blur the field, which must not save again.
  const hasLeft = useRef(false);
  const leave = (keeps: boolean) => {
    if (hasLeft.current) return;
    hasLeft.current = true;
    if (keeps) actions.rename(node, field.current?.value.trim() ?? "");
    setRenaming(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    const row = event.currentTarget.closest<HTMLElement>("[role=treeitem]");
    leave(event.key === "Enter");
    row?.focus();
  };
  return (
    <input
      ref={field}
      aria-label={`New name for ${node.name}`}
      defaultValue={node.name}
      maxLength={maxNameLength}
      onKeyDown={onKeyDown}
      onBlur={() => leave(true)}
      className="mx-1 h-6 min-w-0 pointer-coarse:h-9 flex-1 rounded border border-accent bg-paper px-1.5 outline-none"
    />
  );
}
