import { useRouter } from "@tanstack/react-router";

import { toSafeRedirect } from "./safe-redirect.ts";

/** Goes where a person wanted to go before they were asked to sign in. */
export function useRedirectAfterLogin(next: string | undefined): () => void {
  const router = useRouter();
  return () => router.history.push(toSafeRedirect(next) ?? "/");
}
