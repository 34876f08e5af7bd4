import { randomUUID } from "node:crypto";

import type { AppRouter } from "@mdreader/api";
import { createAuthenticator, type TestAuthenticator } from "@mdreader/api/testing";
import type { ErrorDetails, User } from "@mdreader/contract";
import { createTRPCClient, httpBatchLink, httpLink, isTRPCClientError, type TRPCClient } from "@trpc/client";
import { TOTP } from "otpauth";
import { z } from "zod";

import type { Served } from "./serve.ts";

export type Api = TRPCClient<AppRouter>;

/** Creates a client that sends each call as a separate request, like tRPC's own client. */
export const createPlainClient = ({ url }: Pick<Served, "url">, token?: string): Api =>
  createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers: bearer(token) })] });

/** Creates a client that batches all calls of the same tick into one request. */
export const createPlainBatchClient = ({ url }: Pick<Served, "url">, token?: string): Api =>
  createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: `${url}/trpc`, headers: bearer(token) })] });

export const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

export const password = "correct horse battery staple";

/** Creates the input to register a new account. */
export function createAccountInput() {
  const name = `user-${randomUUID().slice(0, 13)}`;
  return { email: `${name}@example.test`, username: name, password };
}

export interface Registered {
  email: string;
  user: User;
  accessToken: string;
  refreshToken: string;
  /** Calls as this user. */
  api: Api;
}

/** Registers a new user. */
export async function register(served: Pick<Served, "url">): Promise<Registered> {
  const account = createAccountInput();
  const { user, accessToken, refreshToken } = await createPlainClient(served).auth.register.mutate(account);
  if (refreshToken === null) throw new Error("the response has no refresh token");
  return {
    email: account.email,
    user,
    accessToken,
    refreshToken,
    api: createPlainClient(served, accessToken),
  };
}

/**
 * Sets an authenticator app up for an account with the tests' password.
 * @returns A recovery code and a code of the app, each of which can be used once.
 */
export async function enableSecondFactor(api: Api): Promise<{ recoveryCode: string; code: string }> {
  const { secret, token } = await api.auth.secondFactor.start.mutate({ password });
  const totp = new TOTP({ secret });
  const timestamp = Date.now();
  const first = totp.generate({ timestamp });
  const { recoveryCodes } = await api.auth.secondFactor.confirm.mutate({ token, code: first });
  // The setup has used up the current code. The next one is accepted early.
  const code = totp.generate({ timestamp: timestamp + totp.period * 1000 });
  return { recoveryCode: recoveryCodes[0] ?? "", code };
}

/**
 * Adds a passkey to an account with the tests' password and no second factor.
 * @returns The authenticator that holds it, and a recovery code.
 */
export async function addPasskey(
  { url }: Pick<Served, "url">,
  api: Api,
  name: string,
): Promise<{ authenticator: TestAuthenticator; recoveryCode: string }> {
  const authenticator = createAuthenticator(url);
  const { options } = await api.auth.passkey.startCreation.mutate({ password });
  const credential = authenticator.create(options);
  const { recoveryCodes } = await api.auth.passkey.create.mutate({ name, credential });
  return { authenticator, recoveryCode: recoveryCodes?.[0] ?? "" };
}

const failed = z.object({ error: z.object({ data: z.object({ reason: z.string() }) }) });

/** The reason of a failed request, from its response. */
export const readReason = async (response: Response): Promise<string> =>
  failed.parse(await response.json()).error.data.reason;

/** The reason and HTTP status of a failed tRPC call; null if it succeeds. */
export async function catchFailure(
  call: Promise<unknown>,
): Promise<(Partial<ErrorDetails> & { httpStatus?: number }) | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (!isTRPCClientError<AppRouter>(error)) throw error;
    return error.data ?? {};
  }
}

/** Sends a body, valid JSON or not, to a procedure. */
export function post(
  served: Pick<Served, "url">,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
) {
  return fetch(`${served.url}/trpc/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** Reads a metric of the server. */
export async function readMetric({ url }: Pick<Served, "url">, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
}
