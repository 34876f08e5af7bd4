import { AppError, type Clock, maxGroups, type VerifiedIdentity, verifiedIdentity } from "@mdreader/api";
import { secret } from "@mdreader/contract";
import { createRemoteJWKSet, customFetch as joseFetch, type JWTVerifyGetKey, jwtVerify } from "jose";
import * as client from "openid-client";
import { z } from "zod";

import type { OidcProviderSettings } from "../../oidc-settings.ts";
import { toProviderError } from "./errors.ts";
import { fetchFromProvider } from "./fetch-from-provider.ts";

/** The values that a browser takes to the provider, and that must come back. */
export interface OidcChecks {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** A provider's claims, after its signature was verified. */
export interface OidcSignIn {
  identity: VerifiedIdentity;
  providerSessionId: string | null;
}

/** A provider's announcement that somebody signed out there. */
export interface LogoutAnnouncement {
  subject: string | null;
  providerSessionId: string | null;
  issuedAt: Date;
}

/**
 * An OpenID Connect provider. It is contacted when somebody uses it, so that one that is down stops neither the server
 * nor other ways to sign in. The methods throw AppError.
 */
export interface OidcProvider {
  settings: OidcProviderSettings;
  /** The page of the provider at which a person signs in, and the checks for their return. */
  startSignIn(): Promise<{ url: URL; checks: OidcChecks }>;
  /** Verifies a return. @param returned The address of the callback, with its parameters. */
  finishSignIn(returned: URL, checks: OidcChecks): Promise<OidcSignIn>;
  /** The page that ends the browser's session at the provider; null if there is none. */
  getSignOutUrl(returnTo: string): Promise<URL | null>;
  /** Verifies a logout token. */
  readLogoutToken(token: string): Promise<LogoutAnnouncement>;
}

/** Timeout of a request to a provider. */
const timeoutSeconds = 8;

/** The lifetime of a provider's metadata. Keys are fetched whenever an unknown one appears. */
const metadataLifetimeMs = 3_600_000;

/** The maximum difference between the clocks of provider and server. */
const clockToleranceSeconds = 60;

/** The maximum age of a logout token. */
const maxLogoutTokenAge = "2 minutes";

interface Discovery {
  configuration: client.Configuration;
  /** The provider's keys; null if the metadata name no secure address. */
  keys: JWTVerifyGetKey | null;
  expiresAt: number;
}

/** @param redirectUri The address of the callback, as registered with the provider. */
export function createOidcProvider(
  settings: OidcProviderSettings,
  redirectUri: string,
  clock: Clock,
): OidcProvider {
  const discover = cacheDiscovery(settings, clock);

  return {
    settings,

    async startSignIn() {
      const { configuration } = await discover();
      const checks = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: settings.scope,
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(checks.codeVerifier),
        code_challenge_method: "S256",
      });
      return { url, checks };
    },

    async finishSignIn(returned, { state, nonce, codeVerifier }) {
      const { configuration } = await discover();
      try {
        const tokens = await client.authorizationCodeGrant(configuration, returned, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: codeVerifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new AppError("PROVIDER_RESPONSE_INVALID");
        const found = await readClaims(settings, configuration, tokens.access_token, claims);
        return toSignIn(settings, claims, found);
      } catch (error) {
        throw toProviderError(error);
      }
    },

    async getSignOutUrl(returnTo) {
      const { configuration } = await discover();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo });
    },

    async readLogoutToken(token) {
      const { keys } = await discover();
      if (keys === null) throw new AppError("PROVIDER_RESPONSE_INVALID");
      try {
        const { payload } = await jwtVerify(token, keys, {
          audience: settings.clientId,
          clockTolerance: clockToleranceSeconds,
          maxTokenAge: maxLogoutTokenAge,
          currentDate: clock.now(),
        });
        const { iss, sub, sid, iat } = logoutClaims.parse(payload);
        if (!isSameIssuer(iss, settings.issuer) || (sub === null && sid === null))
          throw new AppError("PROVIDER_RESPONSE_INVALID");
        return { subject: sub, providerSessionId: sid, issuedAt: new Date(iat * 1000) };
      } catch (error) {
        throw toProviderError(error);
      }
    },
  };
}

/** A nonce would make it an ID token, which must not be accepted instead. */
const logoutClaims = z.object({
  iss: z.string(),
  sub: z.string().max(255).nullable().default(null),
  sid: z.string().max(255).nullable().default(null),
  iat: z.number(),
  events: z.object({ "http://schemas.openid.net/event/backchannel-logout": z.looseObject({}) }),
  nonce: z.undefined().optional(),
});

/** Discovers a provider once for all waiting callers. Former metadata are used while it can't be reached. */
function cacheDiscovery(settings: OidcProviderSettings, clock: Clock): () => Promise<Discovery> {
  let cached: Discovery | null = null;
  let pending: Promise<Discovery> | null = null;
  return async () => {
    if (cached !== null && cached.expiresAt > clock.now().getTime()) return cached;
    pending ??= discoverProvider(settings, clock).finally(() => {
      pending = null;
    });
    try {
      cached = await pending;
      return cached;
    } catch (error) {
      if (cached !== null) return cached;
      throw toProviderError(error);
    }
  };
}

async function discoverProvider(settings: OidcProviderSettings, clock: Clock): Promise<Discovery> {
  const issuer = new URL(settings.issuer);
  // The settings permit it for providers on this machine.
  const isPlain = issuer.protocol === "http:";
  const configuration = await client.discovery(
    issuer,
    settings.clientId,
    { [client.clockTolerance]: clockToleranceSeconds },
    createClientAuth(settings.clientSecret),
    {
      timeout: timeoutSeconds,
      [client.customFetch]: fetchFromProvider,
      execute: [
        // Tokens are signed as well as fetched over TLS. Both are checked.
        client.enableNonRepudiationChecks,
        ...(isPlain ? [client.allowInsecureRequests] : []),
      ],
    },
  );
  const { jwks_uri: keysUrl = "" } = configuration.serverMetadata();
  const hasKeys = URL.canParse(keysUrl) && (isPlain || keysUrl.startsWith("https:"));
  return {
    configuration,
    keys: hasKeys
      ? createRemoteJWKSet(new URL(keysUrl), {
          timeoutDuration: timeoutSeconds * 1000,
          [joseFetch]: (url, options) =>
            fetchFromProvider(url, {
              ...options,
              headers: Object.fromEntries(options.headers),
              body: undefined,
            }),
        })
      : null,
    expiresAt: clock.now().getTime() + metadataLifetimeMs,
  };
}

/** Authenticates as the provider prefers. The default of OpenID Connect is the header. */
function createClientAuth(clientSecret: string | null): client.ClientAuth {
  if (clientSecret === null) return client.None();
  const header = client.ClientSecretBasic(clientSecret);
  const body = client.ClientSecretPost(clientSecret);
  return (server, ...rest) => {
    const { token_endpoint_auth_methods_supported: methods = ["client_secret_basic"] } = server;
    return (methods.includes("client_secret_basic") ? header : body)(server, ...rest);
  };
}

const profileClaims = z.object({
  email: z.string().nullable().catch(null),
  /** Some providers send it as text. */
  email_verified: z.union([z.boolean(), z.literal("true").transform(() => true)]).catch(false),
  name: z.string().nullable().catch(null),
  preferred_username: z.string().nullable().catch(null),
});

/** Some providers send a single group as text. Names that can't be stored are left out. */
const groupNames = z
  .union([z.array(z.unknown()), z.string().transform((group) => [group])])
  .catch([])
  .transform((groups) => groups.flatMap((group) => groupName.safeParse(group).data ?? []));
const groupName = secret(1, 255);

type Claims = Readonly<Record<string, unknown>>;

/**
 * Many providers put all claims into the ID token, others put some of them only into the response of the userinfo endpoint.
 * The claims of a profile come from one of the two, so that an address is not combined with the verification of another.
 */
async function readClaims(
  { groupsClaim }: OidcProviderSettings,
  configuration: client.Configuration,
  accessToken: string,
  claims: client.IDToken,
): Promise<{ profile: Claims; groups: unknown }> {
  const readGroupsClaim = (found: Claims) => (groupsClaim === null ? null : found[groupsClaim]);
  const { userinfo_endpoint: endpoint } = configuration.serverMetadata();
  const hasProfile = endpoint === undefined || claims["email"] !== undefined;
  const hasGroups = endpoint === undefined || readGroupsClaim(claims) !== undefined;
  if (hasProfile && hasGroups) return { profile: claims, groups: readGroupsClaim(claims) };
  const found: Claims = await client.fetchUserInfo(configuration, accessToken, claims.sub);
  return { profile: hasProfile ? claims : found, groups: readGroupsClaim(hasGroups ? claims : found) };
}

function toSignIn(
  settings: OidcProviderSettings,
  claims: client.IDToken,
  found: { profile: Claims; groups: unknown },
): OidcSignIn {
  const profile = profileClaims.parse(found.profile);
  // Some providers sign for many tenants, under other issuers than they publish.
  if (!isSameIssuer(claims.iss, settings.issuer)) throw new AppError("PROVIDER_RESPONSE_INVALID");
  const identity = verifiedIdentity.parse({
    provider: settings.id,
    issuer: settings.issuer,
    subject: claims.sub,
    email: profile.email,
    emailVerified: profile.email_verified,
    name: profile.name,
    preferredUsername: profile.preferred_username,
    groups: settings.groupsClaim === null ? null : readGroups(found.groups),
  });
  const { sid } = claims;
  return { identity, providerSessionId: typeof sid === "string" && sid.length <= 255 ? sid : null };
}

/** A claim that is missing names no groups. */
const readGroups = (claim: unknown): string[] =>
  [...new Set(groupNames.parse(claim))].toSorted().slice(0, maxGroups);

const isSameIssuer = (claimed: string, issuer: string) =>
  URL.canParse(claimed) && new URL(claimed).href === issuer;
