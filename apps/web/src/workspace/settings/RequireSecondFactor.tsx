import { isReason } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { Checkbox } from "../../ui/Field.tsx";
import { showToast } from "../../ui/toast.ts";

interface RequireSecondFactorProps {
  workspace: { id: string; secondFactorRequired: boolean };
}

/** Sets whether all members need a second factor. Owners confirm that others may lose access. */
export function RequireSecondFactor({ workspace: { id, secondFactorRequired } }: RequireSecondFactorProps) {
  const next = useLocation({ select: ({ href }) => href });
  const [asking, setAsking] = useState(false);
  const update = useMutation(
    trpc.workspace.requireSecondFactor.mutationOptions({
      onSuccess: async (updated) => {
        setAsking(false);
        queryClient.setQueryData(
          trpc.workspace.get.queryKey({ id }),
          (before) => before && { ...before, ...updated },
        );
        showToast("Saved");
        await queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
      },
      onError: (error) => {
        if (isReason(error, "WORKSPACE_SECOND_FACTOR_REQUIRED")) setAsking(false);
      },
    }),
  );
  const isOwnMissing = isReason(update.error, "WORKSPACE_SECOND_FACTOR_REQUIRED");
  return (
    <>
      <Checkbox
        label="Require two-step verification"
        hint="Members need an authenticator app or a passkey. Public links keep working."
        checked={secondFactorRequired}
        disabled={update.isPending}
        onChange={({ target }) =>
          target.checked ? setAsking(true) : update.mutate({ id, isRequired: false })
        }
      />
      {isOwnMissing && (
        <p role="alert" className="text-sm">
          You haven't set up two-step verification yourself.{" "}
          <Link to="/second-factor" search={{ next }} className="underline">
            Set it up
          </Link>{" "}
          first.
        </p>
      )}
      {!asking && !isOwnMissing && <ErrorNote error={update.error} />}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Require two-step verification?"
        action="Require"
        onConfirm={() => update.mutate({ id, isRequired: true })}
        pending={update.isPending}
        error={update.error}
      >
        Members who haven't set it up will lose access until they do. API keys that were created without it
        will stop working in this workspace. The members page shows who hasn't set it up.
      </Confirm>
    </>
  );
}
