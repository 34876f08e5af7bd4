import type { SignedIn, User } from "@mdreader/contract";
import { createId } from "@mdreader/db";

import { authenticate } from "../auth/authenticate.ts";
import type { RefreshCookie, RequestInfo } from "../context.ts";
import type { Client, TestApp } from "./app.ts";

/** The default password of test accounts. */
export const validPassword = "correct horse battery staple";

/** A user who registered or signed in, with a password and tokens. */
export interface TestUser {
  user: User;
  accessToken: string;
  refreshToken: string;
  /** Calls procedures with the access token. */
  client: Client;
}

/** Registers a user through the API, with a password. `insertUser` is faster. */
export async function createAccount(
  app: TestApp,
  fields: { email?: string; username?: string; password?: string; fullName?: string } = {},
): Promise<TestUser> {
  const name = `user-${createId().slice(-12)}`;
  const input = { email: `${name}@example.test`, username: name, password: validPassword, ...fields };
  return createTestUser(app, await app.as().auth.register(input));
}

/** Signs in again, as on another device. */
export async function loginAgain(
  app: TestApp,
  { email }: Pick<User, "email">,
  password = validPassword,
  request: Partial<RequestInfo> = {},
): Promise<TestUser> {
  return createTestUser(app, await app.as({ kind: "none" }, request).auth.login({ email, password }));
}

/** Creates a client that calls the procedures with an access token or API key. */
export async function createClientWithToken(app: TestApp, token: string): Promise<Client> {
  return app.as(await authenticate(app.services, token));
}

async function createTestUser(
  app: TestApp,
  { user, accessToken, refreshToken }: SignedIn,
): Promise<TestUser> {
  if (refreshToken === null) throw new Error("the refresh token went into a cookie");
  return { user, accessToken, refreshToken, client: await createClientWithToken(app, accessToken) };
}

/** A browser's refresh cookie. */
export interface CookieJar extends RefreshCookie {
  token: string | null;
  expiresAt: Date | null;
}

/** Creates the cookie jar of a new browser, or of one that holds `token`. */
export function createCookieJar(token: string | null = null): CookieJar {
  return {
    token,
    expiresAt: null,
    read() {
      return this.token;
    },
    write(written, expiresAt) {
      this.token = written;
      this.expiresAt = expiresAt;
    },
  };
}
