import { can, type Role, type RouterOutputs } from "@mdreader/client";
import { toPlainText } from "@mdreader/markdown/plain-text";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Check, Ellipsis, RotateCcw } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { trpc } from "../../lib/client.ts";
import { getScrollBehavior } from "../../lib/media.ts";
import { Avatar, getDisplayName } from "../../ui/Avatar.tsx";
import { IconButton } from "../../ui/Button.tsx";
import { Menu, MenuItem } from "../../ui/Menu.tsx";
import { Time } from "../../ui/Time.tsx";
import { showErrorToast } from "../../ui/toast.ts";
import type { Thread } from "./anchors.ts";
import { Composer } from "./Composer.tsx";
import { Quote } from "./Quote.tsx";

interface ThreadCardProps {
  thread: Thread;
  documentId: string;
  workspaceId: string;
  role: Role;
  /** Scrolls the thread into view. */
  isOpen: boolean;
  onGo: () => void;
}

/** A thread: quoted text, comments and reply field. */
export function ThreadCard({ thread, documentId, workspaceId, role, isOpen, onGo }: ThreadCardProps) {
  const place = useRef<HTMLElement>(null);
  const [replying, setReplying] = useState(false);
  useEffect(() => {
    if (isOpen) place.current?.scrollIntoView({ block: "nearest", behavior: getScrollBehavior() });
  }, [isOpen]);
  const rest = useQuery(
    trpc.document.comment.thread.queryOptions(
      { documentId, threadId: thread.id, cursor: thread.comments.nextCursor, limit: 100 },
      { enabled: thread.comments.nextCursor !== null },
    ),
  );
  const comments = [...thread.comments.items, ...(rest.data?.items ?? [])];
  const reply = useMutation(
    trpc.document.comment.create.mutationOptions({ onSuccess: () => setReplying(false) }),
  );
  const resolve = useMutation(trpc.document.comment.resolve.mutationOptions({ onError: showErrorToast }));
  const reopen = useMutation(trpc.document.comment.reopen.mutationOptions({ onError: showErrorToast }));
  const me = useQuery(trpc.auth.me.queryOptions());
  const isResolved = thread.resolvedAt !== null;
  const isOwn = comments.some(
    ({ id, author }) => id === thread.id && author !== null && author.id === me.data?.id,
  );
  const mayResolve = can(role, isOwn ? "comment.resolve" : "comment.resolveOthers");
  const mayReply = can(role, "comment.create");
  return (
    <article
      ref={place}
      aria-label={`Thread about ${thread.anchor === null ? "the document" : toPlainText(thread.anchor.quote)}`}
      className={`rounded-lg border bg-paper p-3 ${isOpen ? "border-accent" : "border-line"}`}
    >
      <div className="flex items-start gap-2">
        <button type="button" onClick={onGo} className="min-w-0 flex-1 text-left pointer-coarse:min-h-10">
          {thread.anchor === null ? (
            <span className="text-xs text-faint">Whole document</span>
          ) : (
            <Quote text={thread.anchor.quote} />
          )}
        </button>
        {mayResolve && (
          <IconButton
            label={isResolved ? "Reopen" : "Resolve"}
            className="-mt-1 -mr-1"
            onClick={() => (isResolved ? reopen : resolve).mutate({ documentId, threadId: thread.id })}
          >
            {isResolved ? <RotateCcw /> : <Check />}
          </IconButton>
        )}
      </div>
      <ul className="grid gap-3">
        {comments.map((comment) => (
          <CommentItem
            key={comment.id}
            comment={comment}
            documentId={documentId}
            workspaceId={workspaceId}
            role={role}
            myId={me.data?.id}
          />
        ))}
      </ul>
      {mayReply &&
        (replying ? (
          <div className="mt-3">
            <Composer
              label="Reply"
              action="Reply"
              workspaceId={workspaceId}
              isPending={reply.isPending}
              error={reply.error}
              focus
              onSend={(body) => reply.mutate({ documentId, threadId: thread.id, body })}
              onCancel={() => setReplying(false)}
            />
          </div>
        ) : (
          <button
            type="button"
            onClick={() => setReplying(true)}
            className="mt-2 text-xs text-faint hover:text-ink pointer-coarse:mt-1 pointer-coarse:min-h-10 pointer-coarse:min-w-16 pointer-coarse:text-left pointer-coarse:text-sm"
          >
            Reply
          </button>
        ))}
    </article>
  );
}

type Comment = RouterOutputs["document"]["comment"]["create"];

function CommentItem({
  comment,
  documentId,
  workspaceId,
  role,
  myId,
}: {
  comment: Comment;
  documentId: string;
  workspaceId: string;
  role: Role;
  /** The reader's ID, once it is loaded. */
  myId: string | undefined;
}) {
  const [editing, setEditing] = useState(false);
  const update = useMutation(
    trpc.document.comment.update.mutationOptions({ onSuccess: () => setEditing(false) }),
  );
  const remove = useMutation(trpc.document.comment.delete.mutationOptions({ onError: showErrorToast }));
  const { id, author, body, createdAt, editedAt, mentions } = comment;
  const isOwn = author !== null && author.id === myId;
  const mayUpdate = isOwn && can(role, "comment.update");
  const mayDelete = can(role, isOwn ? "comment.delete" : "comment.moderate");
  return (
    <li className="group text-sm">
      <div className="mb-0.5 flex items-center gap-2">
        {author !== null && <Avatar user={author} size="small" />}
        <span className="truncate font-medium">
          {author === null ? "Former member" : getDisplayName(author)}
        </span>
        <span className="shrink-0 text-xs text-faint">
          <Time at={createdAt} />
          {editedAt !== null && " (edited)"}
        </span>
        <span className="flex-1" />
        {(mayUpdate || mayDelete) && (
          <Menu
            align="end"
            trigger={
              <IconButton label="Comment actions" className="size-6 opacity-60 group-hover:opacity-100">
                <Ellipsis />
              </IconButton>
            }
          >
            {mayUpdate && <MenuItem onSelect={() => setEditing(true)}>Edit</MenuItem>}
            {mayDelete && (
              <MenuItem danger onSelect={() => remove.mutate({ documentId, id })}>
                Delete
              </MenuItem>
            )}
          </Menu>
        )}
      </div>
      {editing ? (
        <Composer
          label="Comment"
          action="Save"
          workspaceId={workspaceId}
          text={body}
          isPending={update.isPending}
          error={update.error}
          focus
          onSend={(text) => update.mutate({ documentId, id, body: text })}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <p className="wrap-anywhere whitespace-pre-wrap">
          {highlightMentions(
            body,
            mentions.map(({ username }) => username),
          ).map(({ at, text, isMention }) =>
            isMention ? (
              <span key={at} className="font-medium text-accent">
                {text}
              </span>
            ) : (
              text
            ),
          )}
        </p>
      )}
    </li>
  );
}

/** Splits a comment into parts and highlights the mentions of `names`. */
function highlightMentions(body: string, names: readonly string[]) {
  const known = new Set(names.map((name) => name.toLowerCase()));
  let at = 0;
  return body.split(/(@[\p{L}\p{N}_.-]+)/u).map((text) => {
    const piece = { at, text, isMention: text.startsWith("@") && known.has(text.slice(1).toLowerCase()) };
    at += text.length;
    return piece;
  });
}
