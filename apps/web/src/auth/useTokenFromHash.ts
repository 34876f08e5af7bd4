import { useState } from "react";

/**
 * The token of a link from a mail. It stands after the `#`, which no server and no log gets to see, and is taken out of
 * the address at once, so that it does not stay in the history either.
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
