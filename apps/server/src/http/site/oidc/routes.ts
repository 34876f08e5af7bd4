import { AppError, createLinkTickets, createLinkTokens, endProviderSessions } from "@mdreader/api";
import {
  type Context as ApiContext,
  type Services,
  signInWithIdentity,
  toAppError,
  toNetwork,
} from "@mdreader/api";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "pino";

import { describeProviderError } from "../../../adapters/oidc/errors.ts";
import { createOidcProvider, type OidcProvider } from "../../../adapters/oidc/provider.ts";
import type { OidcProviderSettings } from "../../../oidc-settings.ts";
import { createRefreshCookies, type RequestCookie } from "../../procedure/refresh-cookie.ts";
import { createErrorResponse } from "../../response/error-response.ts";
import { type Env, getRequestInfo, setMetricsRoute } from "../env.ts";
import { createFlowCookies, type OidcFlow } from "./flow-cookies.ts";

export interface OidcOptions {
  services: Services;
  providers: readonly OidcProviderSettings[];
  /** The public address of the app. */
  appUrl: string;
  log: Logger;
}

type PageContext = Context<Env, "/:provider">;

/** In UTF-16 code units. The web app checks where a path leads. */
const maxPathLength = 2_000;

/** A logout token has about a kilobyte. */
const maxBodyBytes = 16 * 1024;

/** The maximum lag of the clock of a provider that announces a sign-out. */
const clockToleranceMs = 60_000;

/**
 * Signs people in with OpenID Connect: to the provider and back. The pages work without scripts, and redirect only to
 * this app and to the providers in the settings.
 */
export function createOidcRoutes({ services, providers: settings, appUrl, log }: OidcOptions) {
  const { clock } = services;
  const base = `${appUrl}/auth/oidc`;
  const providers = new Map(
    settings.map((one) => [one.id, createOidcProvider(one, `${base}/${one.id}/callback`, clock)]),
  );
  const secure = appUrl.startsWith("https:");
  const flows = createFlowCookies(services, secure);
  const createRefreshCookie = createRefreshCookies(secure);
  const linkTickets = createLinkTickets(services);
  const linkTokens = createLinkTokens(services);

  function findProvider(context: PageContext): OidcProvider {
    const provider = providers.get(context.req.param("provider"));
    if (provider === undefined) throw new AppError("NOT_FOUND");
    return provider;
  }

  function createContext(context: PageContext, refreshCookie: RequestCookie | null): ApiContext {
    const { id, ipAddress, userAgent } = getRequestInfo(context);
    const request = { id, ipAddress, userAgent, refreshCookie };
    return { ...services, credential: { kind: "none" }, request };
  }

  /** Each start and return may send requests to the provider. */
  const countAttempt = (context: PageContext) =>
    services.limiter.consume("login.provider", toNetwork(getRequestInfo(context).ipAddress));

  /** Runs a page. Its failure is shown by the page of the app where the person started. */
  async function respond(
    context: PageContext,
    flow: Pick<OidcFlow, "linkUserId" | "next"> | null,
    run: () => Promise<string>,
  ): Promise<Response> {
    try {
      return context.redirect(await run(), 303);
    } catch (thrown) {
      const error = toAppError(thrown);
      const { id: requestId } = getRequestInfo(context);
      const provider = context.req.param("provider");
      if (error.reason === "INTERNAL") log.error({ err: thrown, requestId }, "unexpected error");
      else
        log.warn(
          { ...describeProviderError(error), provider, requestId },
          "an OpenID Connect sign-in failed",
        );
      return context.redirect(toFailurePage(flow, error), 303);
    }
  }

  async function startFlow(context: PageContext, flow: Pick<OidcFlow, "linkUserId" | "next">) {
    await countAttempt(context);
    const provider = findProvider(context);
    const { url, checks } = await provider.startSignIn();
    const cookie = await flows.start({ ...flow, ...checks, provider: provider.settings.id });
    context.header("set-cookie", cookie, { append: true });
    return url.href;
  }

  async function finishFlow(context: PageContext, flow: OidcFlow | null): Promise<string> {
    await countAttempt(context);
    const provider = findProvider(context);
    context.header("set-cookie", flows.end(provider.settings.id), { append: true });
    if (flow === null) throw new AppError("PROVIDER_RESPONSE_INVALID");
    const { pathname, search } = new URL(context.req.url);
    const { identity, providerSessionId } = await provider.finishSignIn(
      new URL(`${appUrl}${pathname}${search}`),
      flow,
    );
    if (flow.linkUserId !== null) {
      // The next sign-in applies the groups, which may be too many for an address.
      const token = await linkTokens.seal({
        userId: flow.linkUserId,
        identity: { ...identity, groups: null },
      });
      return `/account#identity=${token}`;
    }
    // Cookies with `SameSite=Strict` can be set after a redirect from another site, though not read.
    const cookie = createRefreshCookie({ headers: {} });
    await signInWithIdentity(createContext(context, cookie), identity, providerSessionId);
    if (cookie.header !== null) context.header("set-cookie", cookie.header, { append: true });
    return toLoginPage({ signedIn: "true", next: flow.next });
  }

  const routes = new Hono<Env>().use(async (context, next) => {
    setMetricsRoute(context, "oidc");
    await next();
  });

  routes.get("/:provider/start", async (context) => {
    const { link: ticket, next } = context.req.query();
    const opened = ticket === undefined ? null : await linkTickets.open(ticket);
    const isForeign = opened !== null && opened.provider !== context.req.param("provider");
    const flow = { linkUserId: opened?.userId ?? null, next: toPath(next) };
    return respond(context, flow, async () => {
      if (isForeign || (ticket !== undefined && opened === null))
        throw new AppError("PROVIDER_RESPONSE_INVALID");
      return startFlow(context, flow);
    });
  });

  routes.get("/:provider/callback", async (context) => {
    const flow = await flows.read(context.req.header("cookie"), context.req.param("provider"));
    return respond(context, flow, () => finishFlow(context, flow));
  });

  routes.get("/:provider/sign-out", (context) =>
    respond(context, null, async () => {
      const returnTo = `${appUrl}/login`;
      return (await findProvider(context).getSignOutUrl(returnTo))?.href ?? returnTo;
    }),
  );

  routes.post("/:provider/backchannel-logout", bodyLimit({ maxSize: maxBodyBytes }), async (context) => {
    try {
      await countAttempt(context);
      const provider = findProvider(context);
      const { logout_token: token } = await context.req.parseBody();
      if (typeof token !== "string") throw new AppError("PROVIDER_RESPONSE_INVALID");
      const { subject, providerSessionId, issuedAt } = await provider.readLogoutToken(token);
      await endProviderSessions(createContext(context, null), {
        issuer: provider.settings.issuer,
        subject,
        providerSessionId,
        openedUntil: new Date(issuedAt.getTime() + clockToleranceMs),
      });
      return context.body(null, 200);
    } catch (thrown) {
      const error = toAppError(thrown);
      log.warn(describeProviderError(error), "a logout token was rejected");
      const { status, body } = createErrorResponse(error.reason);
      return new Response(body, { status, headers: { "content-type": "application/json" } });
    }
  });

  return routes;
}

const toPath = (path: string | undefined) =>
  path !== undefined && /^\/(?![/\\])/.test(path) && path.length <= maxPathLength ? path : null;

function toLoginPage(parameters: Record<string, string | null>): string {
  const present = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== null);
  return `/login?${new URLSearchParams(present).toString()}`;
}

function toFailurePage(flow: Pick<OidcFlow, "linkUserId" | "next"> | null, { reason }: AppError): string {
  return flow !== null && flow.linkUserId !== null
    ? `/account#identity-error=${reason}`
    : toLoginPage({ error: reason, next: flow?.next ?? null });
}
