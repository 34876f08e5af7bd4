import type { EditorView } from "@codemirror/view";
import { can, type Role } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { selectedRange, selectRange } from "../editor/navigation.ts";
import { type Draft, createCommentDraft, resolveRange, type Thread } from "./anchors.ts";
import { Composer } from "./Composer.tsx";
import { Quote } from "./Quote.tsx";
import { ThreadCard } from "./ThreadCard.tsx";
import { useThreads } from "./useThreads.ts";

interface CommentsProps {
  live: LiveDocument;
  workspaceId: string;
  role: Role;
  editor: EditorView | null;
  /** The most recently requested thread. */
  openThread: string | null;
  draft: Draft | null;
  onDraft: (draft: Draft | null) => void;
}

/** The comment threads of the document, in text order. */
export function Comments({ live, workspaceId, role, editor, openThread, draft, onDraft }: CommentsProps) {
  const [state, setState] = useState<"open" | "resolved">("open");
  const { threads, isPending, error } = useThreads(live, state);
  const create = useMutation(
    trpc.document.comment.create.mutationOptions({ onSuccess: () => onDraft(null) }),
  );
  const mayComment = can(role, "comment.create");
  const begin = () => {
    const selected = editor === null ? null : selectedRange(editor);
    if (selected !== null) onDraft(createCommentDraft(live, selected.from, selected.to));
  };
  const go = (thread: Thread) => {
    const range = resolveRange(live, thread);
    if (range === null || editor === null) return;
    selectRange(editor, range);
  };
  return (
    <div className="grid gap-3 p-3">
      <div className="flex items-center gap-1">
        {(["open", "resolved"] as const).map((which) => (
          <Button
            key={which}
            kind="quiet"
            aria-pressed={state === which}
            className="aria-pressed:bg-chosen aria-pressed:text-ink"
            onClick={() => setState(which)}
          >
            {which === "open" ? "Open" : "Resolved"}
          </Button>
        ))}
        <span className="flex-1" />
        {mayComment && editor !== null && draft === null && (
          <Button onClick={begin} title="Select text in the editor first">
            Comment
          </Button>
        )}
      </div>
      {draft !== null && (
        <section aria-label="New comment" className="rounded-lg border border-accent bg-paper p-3">
          <Quote text={draft.quote} />
          <Composer
            label="Comment"
            action="Comment"
            workspaceId={workspaceId}
            isPending={create.isPending}
            error={create.error}
            focus
            onSend={(body) => create.mutate({ documentId: live.id, body, anchor: draft.anchor })}
            onCancel={() => onDraft(null)}
          />
        </section>
      )}
      <ErrorNote error={error} />
      {isPending && <Loading />}
      {!isPending && threads.length === 0 && draft === null && (
        <p className="px-1 py-4 text-sm text-faint">
          {state === "resolved"
            ? "No resolved comments."
            : mayComment
              ? "No open comments. Select text in the editor to comment on it."
              : "No open comments."}
        </p>
      )}
      {inOrder(threads).map((thread) => (
        <ThreadCard
          key={thread.id}
          thread={thread}
          documentId={live.id}
          workspaceId={workspaceId}
          role={role}
          isOpen={thread.id === openThread}
          onGo={() => go(thread)}
        />
      ))}
    </div>
  );
}

/** Sorts by position in the text; threads without a position come last. */
const inOrder = (threads: readonly Thread[]) =>
  threads.toSorted((a, b) => (a.anchor?.range?.from ?? Infinity) - (b.anchor?.range?.from ?? Infinity) || 0);
