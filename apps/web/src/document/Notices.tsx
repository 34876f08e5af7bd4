import { can, type Role } from "@mdreader/client";
import type { LiveDocument, LiveMeta, SaveState } from "@mdreader/client/live";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useSyncExternalStore } from "react";

import { trpc } from "../app/client.ts";
import { Button } from "../ui/Button.tsx";
import { say, sayError } from "../ui/toast.ts";

interface NoticesProps {
  live: LiveDocument;
  /** The role that the person came with. */
  role: Role;
}

/** What has happened to the document, or to the person's part in it, while it was open; and the way on from there. */
export function Notices({ live, role }: NoticesProps) {
  const state = useSyncExternalStore(live.saveState.subscribe, live.saveState.get);
  const meta = useSyncExternalStore(live.meta.subscribe, live.meta.get);
  const restore = useMutation(trpc.document.restore.mutationOptions({ onError: sayError }));
  const notice = noticeOf(state, meta, role);
  if (notice === null) return null;
  const copy = () =>
    navigator.clipboard
      .writeText(live.ytext.toJSON())
      .then(() => say("The text is on the clipboard."), sayError);
  return (
    <Bar>
      <span className="flex-1">{notice.words}</span>
      {notice.mayRestore && (
        <Button disabled={restore.isPending} onClick={() => restore.mutate({ id: live.id })}>
          Restore
        </Button>
      )}
      {notice.mayCopy && <Button onClick={() => void copy()}>Copy the text</Button>}
    </Bar>
  );
}

function Bar({ children }: { children: ReactNode }) {
  return (
    <div
      role="alert"
      className="flex shrink-0 flex-wrap items-center gap-3 border-b border-line bg-warn-soft px-4 py-2 text-sm"
    >
      {children}
    </div>
  );
}

interface Notice {
  words: string;
  mayRestore?: boolean;
  mayCopy?: boolean;
}

function noticeOf(state: SaveState, meta: LiveMeta, role: Role): Notice | null {
  const now = meta.role ?? role;
  if (meta.deleted === true)
    return {
      words: "This document has been moved to the trash. What you see is how it was.",
      mayRestore: can(now, "document.restore"),
      mayCopy: true,
    };
  if (state.status === "closed" && state.reason !== null)
    return {
      words: "You no longer have access to this document. What you see is what was here last.",
      mayCopy: true,
    };
  if (state.status === "refused" && state.reason === "DOCUMENT_TOO_LARGE")
    return {
      words: "The document has become too large to be saved. Shorten it, or keep the text elsewhere.",
      mayCopy: true,
    };
  if (can(role, "document.update") && !can(now, "document.update"))
    return {
      words: "Your role has changed: you can read this document, and no longer write in it.",
      mayCopy: state.status === "refused",
    };
  return null;
}
