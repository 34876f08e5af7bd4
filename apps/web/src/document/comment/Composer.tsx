import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";

import { trpc } from "../../lib/client.ts";
import { getDisplayName } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import type { Failure } from "../../ui/error-messages.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { isCommand } from "../../ui/Shortcut.tsx";

interface ComposerProps {
  label: string;
  action: string;
  workspaceId: string;
  text?: string;
  isPending: boolean;
  error: Failure | null;
  /** Focuses the field on mount. */
  focus?: boolean;
  onSend: (body: string) => void;
  onCancel: () => void;
}

/** The name being typed after an `@`, before the cursor. */
const mention = /(?:^|\s)@([\p{L}\p{N}_.-]*)$/u;

/** The comment field. `@` suggests members; Ctrl-Enter sends. */
export function Composer({
  label,
  action,
  workspaceId,
  text = "",
  isPending,
  error,
  focus,
  onSend,
  onCancel,
}: ComposerProps) {
  const [body, setBody] = useState(text);
  const [query, setQuery] = useState<string | null>(null);
  const [chosen, setChosen] = useState(0);
  const area = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const members = useQuery(
    trpc.workspace.member.list.queryOptions(
      { workspaceId, limit: 100 },
      { enabled: query !== null, staleTime: 60_000 },
    ),
  );
  useEffect(() => {
    if (focus === true) area.current?.focus();
  }, [focus]);

  const found =
    query === null
      ? []
      : (members.data?.items ?? [])
          .map(({ user }) => user)
          .filter((user) =>
            `${user.username} ${user.fullName ?? ""}`.toLowerCase().includes(query.toLowerCase()),
          )
          .slice(0, 6);
  const look = ({ value, selectionStart }: HTMLTextAreaElement) => {
    setQuery(mention.exec(value.slice(0, selectionStart))?.[1] ?? null);
    setChosen(0);
  };
  const complete = (username: string) => {
    const cursor = area.current?.selectionStart ?? body.length;
    const begin = cursor - (query?.length ?? 0);
    setBody(`${body.slice(0, begin)}${username} ${body.slice(cursor)}`);
    setQuery(null);
    area.current?.focus();
  };
  const send = () => {
    if (body.trim() !== "" && !isPending) onSend(body.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const user = found[chosen];
    if (user !== undefined && ["ArrowDown", "ArrowUp", "Enter", "Tab"].includes(event.key)) {
      event.preventDefault();
      if (event.key === "Enter" || event.key === "Tab") complete(user.username);
      else setChosen((chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (query === null) onCancel();
      else setQuery(null);
    } else if (event.key === "Enter" && isCommand(event)) send();
  };

  return (
    <div className="grid gap-2">
      <div className="relative">
        <textarea
          ref={area}
          aria-label={label}
          placeholder="Type @ to mention a member"
          aria-controls={found.length > 0 ? listId : undefined}
          value={body}
          rows={2}
          onChange={({ target }) => {
            setBody(target.value);
            look(target);
          }}
          onKeyDown={onKeyDown}
          className="field-sizing-content max-h-60 w-full resize-none rounded-md border border-edge bg-paper px-2.5 py-1.5 text-sm focus-visible:outline-offset-0"
        />
        {found.length > 0 && (
          <ul
            id={listId}
            aria-label="Members"
            className="absolute inset-x-0 top-full z-30 mt-1 rounded-lg bg-raised p-1 shadow-raised"
          >
            {found.map((user, index) => (
              <li key={user.id}>
                <button
                  type="button"
                  onClick={() => complete(user.username)}
                  className={`flex w-full items-center gap-2 rounded-md px-2 py-1 text-left text-sm hover:bg-hover pointer-coarse:min-h-10 ${index === chosen ? "bg-chosen" : ""}`}
                >
                  <span className="font-medium">{getDisplayName(user)}</span>
                  <span className="text-faint">@{user.username}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <ErrorNote error={error} />
      <div className="flex justify-end gap-2">
        <Button kind="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button kind="primary" disabled={isPending || body.trim() === ""} onClick={send}>
          {action}
        </Button>
      </div>
    </div>
  );
}
