import { compareContract, contractHeader } from "@mdreader/contract/version";

/** Which side is behind. */
export interface VersionMismatch {
  older: "client" | "server";
}

/** Wraps `send` so that it reports each new version of the server's contract that differs from this client's. */
export function watchServerVersion(
  send: typeof fetch,
  onMismatch: ((mismatch: VersionMismatch) => void) | undefined,
): typeof fetch {
  if (onMismatch === undefined) return send;
  let last: string | null = null;
  return async (input, init) => {
    const response = await send(input, init);
    // Responses of custom implementations of `fetch` may have no headers.
    const theirs = response.headers?.get(contractHeader) ?? null;
    if (theirs === null || theirs === last) return response;
    last = theirs;
    const order = compareContract(theirs);
    if (order !== null) onMismatch({ older: order === "older" ? "server" : "client" });
    return response;
  };
}
