import { type Reason, reasons } from "@mdreader/client";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import { showToast } from "../../ui/toast.ts";
import { isReasonName } from "./is-reason-name.ts";

/** The result with which the browser returns from a provider: a proven identity, or the reason of a failure. */
interface LinkResult {
  token: string | null;
  failure: Reason | null;
}

/** Takes the result from the fragment, so that it doesn't stay in the history. */
function takeLinkResult(): LinkResult {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const [token, error] = [fragment.get("identity"), fragment.get("identity-error")];
  if (token !== null || error !== null) history.replaceState(history.state, "", location.pathname);
  return { token, failure: isReasonName(error) ? error : null };
}

/** Links the identity that the person has just proven. @returns The failure, if it could not be linked. */
export function useLinkResult(): { message: string } | null {
  const [{ token, failure }] = useState(takeLinkResult);
  const { mutate, error } = useMutation(
    trpc.auth.identity.link.mutationOptions({
      onSuccess: async ({ provider }) => {
        showToast(`${provider?.name ?? "The identity"} was linked to your account.`);
        await queryClient.invalidateQueries(trpc.auth.identity.pathFilter());
      },
    }),
  );
  useEffect(() => {
    if (token !== null) mutate({ token });
  }, [token, mutate]);
  return failure === null ? error : { message: reasons[failure] };
}
