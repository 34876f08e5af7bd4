import { can, reasons, type Role } from "@mdreader/client";
import type { LiveDocument, LiveMeta, SaveState } from "@mdreader/client/live";
import { useObserved } from "@mdreader/react/live";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";

import { trpc } from "../lib/client.ts";
import { Button } from "../ui/Button.tsx";
import { showToast, showErrorToast } from "../ui/toast.ts";

interface NoticesProps {
  live: LiveDocument;
  /** The person's role when they opened the document. */
  role: Role;
}

/** Notices about problems with the open document or the person's access to it, with a way to resolve each. */
export function Notices({ live, role }: NoticesProps) {
  // The save state changes twice per keystroke. Without a problem, this value stays the same.
  const trouble = useObserved(live.saveState, findSaveProblem);
  const meta = useObserved(live.meta);
  const restore = useMutation(trpc.document.restore.mutationOptions({ onError: showErrorToast }));
  useEffect(() => live.restorations.subscribe(() => showToast(restored)), [live]);
  const notice = toNotice(trouble, meta, role);
  if (notice === null) return null;
  const copy = () =>
    navigator.clipboard.writeText(live.ytext.toJSON()).then(() => showToast("Text copied"), showErrorToast);
  return (
    <Bar>
      <span className="flex-1">{notice.message}</span>
      {notice.mayRestore && (
        <Button disabled={restore.isPending} onClick={() => restore.mutate({ id: live.id })}>
          Restore
        </Button>
      )}
      {notice.mayCopy && <Button onClick={() => void copy()}>Copy text</Button>}
    </Bar>
  );
}

/** The server's copy is older than this one, for example after restoring a backup. */
const restored =
  "The server restored an earlier version of this document. Text that existed only in this window was added back. Review it.";

function Bar({ children }: { children: ReactNode }) {
  return (
    <div
      role="alert"
      className="not-printed flex shrink-0 flex-wrap items-center gap-3 border-b border-line bg-warn-soft px-4 py-2 text-sm"
    >
      {children}
    </div>
  );
}

interface Notice {
  message: string;
  mayRestore?: boolean;
  mayCopy?: boolean;
}

type SaveProblem = Extract<SaveState, { status: "refused" | "closed" }>;

const findSaveProblem = (state: SaveState): SaveProblem | null =>
  state.status === "refused" || state.status === "closed" ? state : null;

function toNotice(trouble: SaveProblem | null, meta: LiveMeta, role: Role): Notice | null {
  const now = meta.role ?? role;
  if (meta.deleted === true)
    return {
      message: "This document was moved to the trash. You're viewing the last version.",
      mayRestore: can(now, "document.restore"),
      mayCopy: true,
    };
  if (trouble?.status === "closed" && trouble.reason !== null)
    return {
      message: "You no longer have access to this document. You're viewing the last version.",
      mayCopy: true,
    };
  if (trouble?.status === "refused" && trouble.reason === "DOCUMENT_TOO_LARGE")
    return {
      message: "The document is too large to save. Shorten it, or copy the text elsewhere.",
      mayCopy: true,
    };
  if (trouble?.status === "refused" && can(now, "document.update"))
    return {
      message: `Your latest edits aren't saved. ${reasons[trouble.reason]} Undo your last change, or copy the text elsewhere.`,
      mayCopy: true,
    };
  if (can(role, "document.update") && !can(now, "document.update"))
    return {
      message: can(now, "comment.create")
        ? "Your role has changed. You can comment on this document but no longer edit it."
        : "Your role has changed. You can read this document but no longer edit it.",
      mayCopy: trouble?.status === "refused",
    };
  return null;
}
