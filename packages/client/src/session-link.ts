import { TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable, observableToPromise } from "@trpc/server/observable";

import type { Session } from "./session.ts";
import type { Tokens } from "./types.ts";
import type { AppRouter } from "./types.ts";

/** The procedures that start a session. They are called without a token. */
const signInPaths: ReadonlySet<string> = new Set([
  "auth.login",
  "auth.register",
  "auth.device.login",
  "auth.passkey.login",
]);

/** Whether a call is sent without a token, because renewing a token that is about to be replaced would be wasted. */
export const isPublicPath = (path: string) => signInPaths.has(path);

/** The procedures that start, renew and end a session. They use HTTP, which supports cookies. */
export const isSessionPath = (path: string) =>
  signInPaths.has(path) || path === "auth.refresh" || path === "auth.logout";

export interface SessionLinkOptions {
  session: Session;
  cookie: boolean;
  /** Called when the signed-in user changes, or signs out. */
  onChanged(): Promise<void>;
}

/**
 * Signs this client in after `auth.login`, `auth.passkey.login`, `auth.device.login` and `auth.register`, and out after
 * `auth.logout`. The link adds the refresh token or its delivery to the input, and stores the tokens before the caller
 * gets the response.
 */
export function sessionLink({ session, cookie, onChanged }: SessionLinkOptions): TRPCLink<AppRouter> {
  async function addRefreshToken(path: string, input: unknown): Promise<unknown> {
    if (signInPaths.has(path)) return cookie ? { refreshTokenDelivery: "cookie", ...asObject(input) } : input;
    const refreshToken = await session.refreshToken();
    return refreshToken === null ? input : { refreshToken, ...asObject(input) };
  }

  async function updateSession(path: string, response: unknown): Promise<void> {
    if (isTokens(response)) {
      const { accessToken, refreshToken, expiresAt } = response;
      await session.signIn({ accessToken, refreshToken, expiresAt });
    } else if (path === "auth.logout") {
      await session.signOut();
    } else return;
    if (path !== "auth.refresh") await onChanged();
  }

  return () =>
    ({ op, next }) => {
      if (!isSessionPath(op.path)) return next(op);
      return observable((observer) => {
        const call = async () => {
          const input = await addRefreshToken(op.path, op.input);
          const envelope = await observableToPromise(next({ ...op, input }));
          await updateSession(op.path, "data" in envelope.result ? envelope.result.data : undefined);
          observer.next(envelope);
          observer.complete();
        };
        call().catch((error: unknown) => observer.error(TRPCClientError.from(asError(error))));
      });
    };
}

const asObject = (input: unknown) => (typeof input === "object" ? input : {});

const asError = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));

function isTokens(response: unknown): response is Tokens {
  return (
    typeof response === "object" && response !== null && "accessToken" in response && "expiresAt" in response
  );
}
