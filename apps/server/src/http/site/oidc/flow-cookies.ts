import { createSealedTokens, type Services } from "@mdreader/api";
import { id } from "@mdreader/contract";
import { z } from "zod";

import { readCookie } from "../../request/read-cookie.ts";

/** The time in which a person must sign in at the provider. */
const lifetimeSeconds = 600;

/** The values that the browser stores while its user is at the provider. */
const flow = z.object({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** The page to continue at. */
  next: z.string().nullable(),
  /** The account that an identity is to be linked to; null to sign in. */
  linkUserId: id.nullable(),
});
export type OidcFlow = z.infer<typeof flow>;

/** Cookies that bind a sign-in to the browser that started it. */
export interface FlowCookies {
  /** Returns a `Set-Cookie` header. A new sign-in with the same provider replaces the previous one. */
  start(started: OidcFlow): Promise<string>;
  /** Returns null if the browser has started no sign-in with this provider, or too long ago. */
  read(cookieHeader: string | undefined, provider: string): Promise<OidcFlow | null>;
  /** Returns a `Set-Cookie` header that removes the cookie, so that a callback works once. */
  end(provider: string): string;
}

/**
 * The cookie returns with the redirect from the provider, which is another site, so it can't be `SameSite=Strict`. It
 * is encrypted, short-lived, and sent to the pages of its provider only.
 *
 * @param secure Whether the app is served over HTTPS.
 */
export function createFlowCookies(services: Services, secure: boolean): FlowCookies {
  const name = secure ? "__Secure-mdreader_oidc" : "mdreader_oidc";
  const sealed = createSealedTokens(services, { purpose: "oidc flow", schema: flow, lifetimeSeconds });
  const write = (provider: string, value: string, maxAge: number) =>
    `${name}=${value}; Path=/auth/oidc/${provider}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
  return {
    start: async (started) => write(started.provider, await sealed.seal(started), lifetimeSeconds),
    async read(cookieHeader, provider) {
      const value = readCookie(cookieHeader ?? "", name);
      const found = value === null ? null : await sealed.open(value);
      return found?.provider === provider ? found : null;
    },
    end: (provider) => write(provider, "", 0),
  };
}
