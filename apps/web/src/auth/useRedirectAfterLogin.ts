import { useRouter } from "@tanstack/react-router";

import { toSafeRedirect } from "./safe-redirect.ts";

/** Returns a function that navigates to the page requested before sign-in. */
export function useRedirectAfterLogin(next: string | undefined): () => void {
  const router = useRouter();
  return () => router.history.push(toSafeRedirect(next) ?? "/");
}
