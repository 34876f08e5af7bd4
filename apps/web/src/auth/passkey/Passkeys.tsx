import type { RouterOutputs } from "@mdreader/client";
import { pagedQuery } from "@mdreader/react";
import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { LoadMore } from "../../ui/LoadMore.tsx";
import { Row, Rows } from "../../ui/Page.tsx";
import { Time } from "../../ui/Time.tsx";
import { AddPasskey } from "./AddPasskey.tsx";
import { RemovePasskey } from "./RemovePasskey.tsx";
import { RenamePasskey } from "./RenamePasskey.tsx";

type Passkey = RouterOutputs["auth"]["passkey"]["list"]["items"][number];
type Task = { kind: "rename" | "remove"; passkey: Passkey } | { kind: "add" } | null;

/** The person's passkeys, which they add, rename and remove. */
export function Passkeys({ hasPassword }: { hasPassword: boolean }) {
  const list = useInfiniteQuery(trpc.auth.passkey.list.infiniteQueryOptions({}, pagedQuery));
  const [task, setTask] = useState<Task>(null);
  const finish = () => {
    setTask(null);
    void queryClient.invalidateQueries(trpc.auth.passkey.pathFilter());
    void queryClient.invalidateQueries(trpc.auth.secondFactor.pathFilter());
  };
  const passkeys = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="grid gap-3">
      <ErrorNote error={list.error} retry={list.refetch} />
      {passkeys.length > 0 && (
        <Rows label="Passkeys">
          {passkeys.map((passkey) => (
            <Row key={passkey.id}>
              <div className="min-w-0 flex-1">
                <p className="font-medium wrap-anywhere">{passkey.name}</p>
                <p className="text-sm text-faint">
                  Added <Time at={passkey.createdAt} />,{" "}
                  {passkey.lastUsedAt === null ? (
                    "never used"
                  ) : (
                    <>
                      last used <Time at={passkey.lastUsedAt} />
                    </>
                  )}
                </p>
                {passkey.needsPassword && (
                  <p className="text-sm text-faint">
                    Your password was reset. To use this passkey alone again, sign in once with your password
                    and this passkey.
                  </p>
                )}
              </div>
              <Button
                aria-label={`Rename ${passkey.name}`}
                onClick={() => setTask({ kind: "rename", passkey })}
              >
                Rename
              </Button>
              <Button
                aria-label={`Remove ${passkey.name}`}
                onClick={() => setTask({ kind: "remove", passkey })}
              >
                Remove
              </Button>
            </Row>
          ))}
        </Rows>
      )}
      <LoadMore list={list} />
      {task?.kind === "add" ? (
        <AddPasskey
          hasPassword={hasPassword}
          onDone={finish}
          alternatives={<Button onClick={finish}>Cancel</Button>}
        />
      ) : browserSupportsWebAuthn() ? (
        <Button className="justify-self-start" onClick={() => setTask({ kind: "add" })}>
          Add a passkey
        </Button>
      ) : (
        <p className="text-sm text-faint">This browser doesn't support passkeys.</p>
      )}
      {task?.kind === "rename" && <RenamePasskey passkey={task.passkey} onDone={finish} />}
      {task?.kind === "remove" && (
        <RemovePasskey passkey={task.passkey} hasPassword={hasPassword} onDone={finish} />
      )}
    </div>
  );
}
