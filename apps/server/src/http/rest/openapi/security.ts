import { type Action, policy } from "@mdreader/contract";
import type { ZodOpenApiSecuritySchemeObject } from "zod-openapi";

import { basePath } from "../endpoint.ts";

/** The ways to show who is calling. */
export const securitySchemes = {
  accessToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `accessToken` that registering, logging in and refreshing answer with.",
  },
  apiKey: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "mdr_…",
    description: "The `secret` of an API key, sent just as an access token is.",
  },
  password: {
    type: "oauth2",
    description: "Logs in from here. The user name is the e-mail address.",
    flows: { password: { tokenUrl: `${basePath}/auth/login`, scopes: {} } },
  },
} as const satisfies Record<string, ZodOpenApiSecuritySchemeObject>;

const requirements = (...schemes: (keyof typeof securitySchemes)[]): Record<string, string[]>[] =>
  schemes.map((scheme) => ({ [scheme]: [] }));

/** Which of them do for an action. */
export function toSecurityRequirements(action: Action | "public"): Record<string, string[]>[] {
  if (action === "public") return [];
  return policy[action].scope === "session"
    ? requirements("accessToken", "password")
    : requirements("accessToken", "password", "apiKey");
}

/** What a caller needs for it, in words. */
export function describeRequirement(action: Action | "public"): string {
  if (action === "public") return "Needs no sign-in.";
  const { role, scope } = policy[action];
  const key = scope === "session" ? "not for API keys" : `an API key needs the scope \`${scope}\``;
  const who = role === null ? "For whoever is signed in" : `Needs the role \`${role}\` in the workspace`;
  return `${who}; ${key}.`;
}
