import { type ReactNode, useState } from "react";

import { Button } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import type { Failure } from "../../ui/error-messages.ts";
import { Row, Rows } from "../../ui/Page.tsx";

interface ListedKey {
  id: string;
  name: string;
  hint: string;
}

interface KeyListProps<Key> {
  keys: readonly Key[];
  /** Says why a key doesn't work; null if it does. */
  warn: (key: Key) => string | null;
  revoke: {
    mutate: (input: { id: string }, options: { onSuccess: () => void }) => void;
    isPending: boolean;
    error: Failure | null;
  };
  /** What follows from revoking a key. */
  consequence: string;
  /** Describes a key below its name. */
  children: (key: Key) => ReactNode;
}

/** Lists API keys, which can be revoked after a confirmation. */
export function KeyList<Key extends ListedKey>({
  keys,
  warn,
  revoke,
  consequence,
  children,
}: KeyListProps<Key>) {
  const [revoking, setRevoking] = useState<Key | null>(null);
  const close = () => setRevoking(null);
  return (
    <>
      {keys.length > 0 && (
        <Rows label="API keys">
          {keys.map((key) => {
            const warning = warn(key);
            return (
              <Row key={key.id}>
                <div className="min-w-0 flex-1">
                  <p className="font-medium">
                    {key.name}{" "}
                    <code className="ml-1 font-mono text-xs font-normal text-faint">{key.hint}…</code>
                  </p>
                  <p className="text-sm text-faint">{children(key)}</p>
                  {warning !== null && <p className="text-sm text-warn">{warning}</p>}
                </div>
                <Button aria-label={`Revoke ${key.name}`} onClick={() => setRevoking(key)}>
                  Revoke
                </Button>
              </Row>
            );
          })}
        </Rows>
      )}
      <Confirm
        open={revoking !== null}
        onOpenChange={close}
        title={`Revoke “${revoking?.name ?? ""}”?`}
        action="Revoke key"
        onConfirm={() => revoking !== null && revoke.mutate({ id: revoking.id }, { onSuccess: close })}
        pending={revoke.isPending}
        error={revoke.error}
      >
        {consequence}
      </Confirm>
    </>
  );
}
