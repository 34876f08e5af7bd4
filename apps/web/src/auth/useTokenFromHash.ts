import { useState } from "react";

/**
 * The token from an email link. It is in the fragment, which is never sent to a server, and is removed from the address
 * immediately so that it does not stay in the history.
 */
export function useTokenFromHash(): string | null {
  const [secret] = useState(takeTokenFromHash);
  return secret;
}

function takeTokenFromHash(): string | null {
  const secret = new URLSearchParams(location.hash.slice(1)).get("token");
  if (secret !== null) history.replaceState(history.state, "", location.pathname);
  return secret;
}
