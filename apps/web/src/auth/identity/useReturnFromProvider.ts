import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { client } from "../../lib/client.ts";
import { toSafeRedirect } from "../safe-redirect.ts";

/**
 * Continues after a sign-in through a provider, which has stored the session in the browser's cookie.
 * @returns Whether the page should wait.
 */
export function useReturnFromProvider(hasReturned: boolean, next: string | undefined): boolean {
  const router = useRouter();
  const [waiting, setWaiting] = useState(hasReturned);
  useEffect(() => {
    const continueSignedIn = async () => {
      const signedIn = await client.session.isSignedIn().catch(() => false);
      if (signedIn) router.history.replace(toSafeRedirect(next) ?? "/");
      else setWaiting(false);
    };
    if (hasReturned) void continueSignedIn();
  }, [hasReturned, next, router]);
  return waiting;
}
