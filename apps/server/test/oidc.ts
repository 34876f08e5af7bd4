import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { type AccountClaims, Provider } from "oidc-provider";

import type { Environment } from "../src/config.ts";

/** The response of the token endpoint. */
export type TokenResponse = Record<string, unknown>;

/** A real OpenID Connect provider, in which tests put people, and which they can make lie. */
export interface TestProvider extends AsyncDisposable {
  issuer: string;
  /** The settings of a server that uses it as the provider `name`. */
  env(name?: string): Environment;
  /** The claims of each person by their subject. Anyone may sign in by naming it. */
  people: Map<string, Omit<AccountClaims, "sub">>;
  /** Changes the response of the token endpoint. */
  tamper: ((response: TokenResponse) => Promise<TokenResponse> | TokenResponse) | null;
  /** Replaces all responses while set. */
  outage: number | null;
  /** Signs a token with the provider's key. */
  sign(claims: JWTPayload, header?: { typ?: string }): Promise<string>;
}

const clientId = "mdreader";
const clientSecret = "a secret of the provider and the server";

/** @param appUrl The address of the server whose people sign in. */
export async function startProvider(
  appUrl: string,
  names: readonly string[] = ["acme"],
): Promise<TestProvider> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const kid = "the key";
  const jwk = { ...(await exportJWK(privateKey)), kid, alg: "RS256", use: "sig" };

  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // listening on a port
  // Another name than the app's, so that browsers treat it as another site.
  const issuer = `http://localhost:${port}`;
  const people: TestProvider["people"] = new Map();

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: names.map((name) => `${appUrl}/auth/oidc/${name}/callback`),
        post_logout_redirect_uris: [`${appUrl}/login`],
        backchannel_logout_uri: `${appUrl}/auth/oidc/${names[0]}/backchannel-logout`,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [jwk] },
    // Its own agent refuses servers on this machine.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
    cookies: { keys: ["a key of the test"] },
    claims: {
      openid: ["sub", "sid"],
      email: ["email", "email_verified"],
      profile: ["name", "preferred_username", "groups"],
    },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    ttl: { Session: 3600, Grant: 3600, Interaction: 600, IdToken: 600, AccessToken: 600 },
    findAccount: (_, sub) => {
      const claims = people.get(sub);
      return claims && { accountId: sub, claims: () => ({ sub, ...claims }) };
    },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? "",
        accountId: oidc.session?.accountId ?? "",
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });

  const made: TestProvider = {
    issuer,
    env: (name = names[0] ?? "") => {
      const prefix = `OIDC_${name.toUpperCase()}`;
      return {
        [`${prefix}_ISSUER`]: issuer,
        [`${prefix}_CLIENT_ID`]: clientId,
        [`${prefix}_CLIENT_SECRET`]: clientSecret,
      };
    },
    people,
    tamper: null,
    outage: null,
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid, ...header }).sign(privateKey),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  provider.use(async (context, next) => {
    await next();
    const body: unknown = context.body;
    if (context.path === "/token" && made.tamper !== null && typeof body === "object" && body !== null)
      context.body = await made.tamper({ ...body });
  });
  const respond = provider.callback();
  server.on("request", (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", issuer);
    if (made.outage !== null) response.writeHead(made.outage).end();
    else if (!pathname.startsWith("/interaction/")) void respond(request, response);
    else if (!searchParams.has("login"))
      response.writeHead(200, { "content-type": "text/html" }).end(signInPage);
    else {
      const accountId = searchParams.get("login") ?? "";
      const result =
        accountId === ""
          ? { error: "access_denied", error_description: "the person refused" }
          : { login: { accountId } };
      void provider.interactionFinished(request, response, result);
    }
  });
  return made;
}

const signInPage = `<!doctype html><title>Provider</title><h1>Provider</h1>
<form><label>Login <input name="login"></label> <button>Continue</button></form>`;

/** A browser without scripts: it follows redirects and keeps the cookies of each host and path. */
export interface TestBrowser {
  /** Requests a page and follows redirects. @returns The address and text of the last page. */
  open(url: string): Promise<{ url: URL; text: string; status: number }>;
  /** Requests a page without following its redirect. */
  request(url: string, init?: RequestInit): Promise<Response>;
  /** The cookies that were set, newest last, with their attributes. */
  readonly setCookies: string[];
}

export function createTestBrowser(): TestBrowser {
  const jar = new Map<string, { host: string; path: string; name: string; value: string }>();
  const setCookies: string[] = [];

  function store(url: URL, header: string): void {
    setCookies.push(header);
    const [pair = "", ...attributes] = header.split("; ");
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    const find = (key: string) =>
      attributes.find((one) => one.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const path = find("path") ?? "/";
    const expires = find("expires");
    const isGone = find("max-age") === "0" || (expires !== undefined && Date.parse(expires) < Date.now());
    const key = `${url.hostname} ${path} ${name}`;
    if (isGone) jar.delete(key);
    else jar.set(key, { host: url.hostname, path, name, value });
  }

  async function request(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address);
    const cookie = [...jar.values()]
      .filter(({ host, path }) => host === url.hostname && url.pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
    const headers = new Headers(init.headers);
    headers.set("cookie", cookie);
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const header of response.headers.getSetCookie()) store(url, header);
    return response;
  }

  return {
    setCookies,
    request,
    async open(address) {
      let url = new URL(address);
      for (let redirects = 0; redirects < 20; redirects += 1) {
        const response = await request(url.href);
        const location = response.headers.get("location");
        if (location === null) return { url, text: await response.text(), status: response.status };
        url = new URL(location, url);
        // The pages of the web app need not be built.
        if (url.pathname === "/login" || url.pathname === "/account") return { url, text: "", status: 200 };
      }
      throw new Error("too many redirects");
    },
  };
}

/** Signs in at the provider as `subject`, or refuses to if it is empty. @returns The page of the app at the end. */
export async function signInAtProvider(
  browser: TestBrowser,
  startUrl: string,
  subject: string,
): Promise<URL> {
  const { url } = await browser.open(startUrl);
  if (!url.pathname.startsWith("/interaction/")) return url;
  return (await browser.open(`${url.href}?login=${encodeURIComponent(subject)}`)).url;
}
