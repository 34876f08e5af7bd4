import { can, type Role } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";
import { useMutation } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Loading } from "../../ui/Loading.tsx";
import type { Thread } from "./anchors.ts";
import { Composer } from "./Composer.tsx";
import { Quote } from "./Quote.tsx";
import { ThreadCard } from "./ThreadCard.tsx";
import type { DocumentComments } from "./useDocumentComments.ts";
import { useThreads } from "./useThreads.ts";

interface CommentsProps {
  live: LiveDocument;
  workspaceId: string;
  role: Role;
  comments: DocumentComments;
  /** Called after the passage of a thread was shown. */
  onShown: () => void;
}

/** The comment threads of the document, in text order. */
export function Comments({ live, workspaceId, role, comments, onShown }: CommentsProps) {
  const { openThread, state, setState, draft, setDraft } = comments;
  const { threads, isPending, error } = useThreads(live, state);
  const create = useMutation(
    trpc.document.comment.create.mutationOptions({ onSuccess: () => setDraft(null) }),
  );
  const mayComment = can(role, "comment.create");
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
        {mayComment && draft === null && (
          // Keeps the selection.
          <Button onMouseDown={(event) => event.preventDefault()} onClick={() => void comments.begin()}>
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
            onCancel={() => setDraft(null)}
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
              ? "No open comments. Select text to comment on it."
              : "No open comments."}
        </p>
      )}
      {sortByPosition(threads).map((thread) => (
        <ThreadCard
          key={thread.id}
          thread={thread}
          documentId={live.id}
          workspaceId={workspaceId}
          role={role}
          isOpen={thread.id === openThread}
          onGo={() => void comments.show(thread).then(onShown)}
        />
      ))}
    </div>
  );
}

/** Sorts by position in the text; threads without a position come last. */
const sortByPosition = (threads: readonly Thread[]) =>
  threads.toSorted((a, b) => (a.anchor?.range?.from ?? Infinity) - (b.anchor?.range?.from ?? Infinity) || 0);
