import { useRouter } from "@tanstack/react-router";

import { safeNext } from "./next.ts";

/** Goes where a person wanted to go before they were asked to sign in. */
export function useContinue(next: string | undefined): () => void {
  const router = useRouter();
  return () => router.history.push(safeNext(next) ?? "/");
}
