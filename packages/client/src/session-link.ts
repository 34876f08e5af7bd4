import { TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable, observableToPromise } from "@trpc/server/observable";

import type { Session } from "./session.ts";
import type { Tokens } from "./types.ts";
import type { AppRouter } from "./types.ts";

/** The procedures by which a session begins. They are called as nobody. */
const signInPaths: ReadonlySet<string> = new Set(["auth.login", "auth.register"]);

/** Whether a call goes without a token: one that is about to be replaced would only be renewed for nothing. */
export const isPublicPath = (path: string) => signInPaths.has(path);

/** The procedures that a session begins, goes on and ends with. They go over HTTP, where there are cookies. */
export const isSessionPath = (path: string) =>
  signInPaths.has(path) || path === "auth.refresh" || path === "auth.logout";

export interface SessionLinkOptions {
  session: Session;
  cookie: boolean;
  /** Is called when someone else is signed in than before, or nobody. */
  onChanged(): Promise<void>;
}

/**
 * Signing in by `auth.login` or `auth.register` signs this client in, and `auth.logout` signs it out: the link adds what
 * only the client knows to the input, and keeps the tokens before the caller gets the answer.
 */
export function sessionLink({ session, cookie, onChanged }: SessionLinkOptions): TRPCLink<AppRouter> {
  async function completed(path: string, input: unknown): Promise<unknown> {
    if (signInPaths.has(path)) return cookie ? { refreshTokenDelivery: "cookie", ...asObject(input) } : input;
    const refreshToken = await session.refreshToken();
    return refreshToken === null ? input : { refreshToken, ...asObject(input) };
  }

  async function settle(path: string, answer: unknown): Promise<void> {
    if (isTokens(answer)) {
      const { accessToken, refreshToken, expiresAt } = answer;
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
          const input = await completed(op.path, op.input);
          const envelope = await observableToPromise(next({ ...op, input }));
          await settle(op.path, "data" in envelope.result ? envelope.result.data : undefined);
          observer.next(envelope);
          observer.complete();
        };
        call().catch((error: unknown) => observer.error(TRPCClientError.from(asError(error))));
      });
    };
}

const asObject = (input: unknown) => (typeof input === "object" ? input : {});

const asError = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));

function isTokens(answer: unknown): answer is Tokens {
  return typeof answer === "object" && answer !== null && "accessToken" in answer && "expiresAt" in answer;
}
