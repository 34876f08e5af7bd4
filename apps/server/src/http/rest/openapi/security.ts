import { type Action, policy, type PolicyRow } from "@mdreader/contract";
import type { ZodOpenApiSecuritySchemeObject } from "zod-openapi";

import { basePath } from "../endpoint.ts";

/** The supported authentication schemes. */
export const securitySchemes = {
  accessToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `accessToken` that the register, login and refresh endpoints return.",
  },
  apiKey: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "mdr_…",
    description: "The `secret` of an API key, sent like an access token.",
  },
  password: {
    type: "oauth2",
    description: "Signs in from this page. The username is the email address.",
    flows: {
      password: { tokenUrl: `${basePath}/auth/token`, refreshUrl: `${basePath}/auth/token`, scopes: {} },
    },
  },
} as const satisfies Record<string, ZodOpenApiSecuritySchemeObject>;

const listRequirements = (...schemes: (keyof typeof securitySchemes)[]): Record<string, string[]>[] =>
  schemes.map((scheme) => ({ [scheme]: [] }));

/** Returns the schemes that an action accepts. */
export function toSecurityRequirements(action: Action | "public"): Record<string, string[]>[] {
  if (action === "public") return [];
  return policy[action].scope === "session"
    ? listRequirements("accessToken", "password")
    : listRequirements("accessToken", "password", "apiKey");
}

/** Describes the access that an action requires. */
export function describeRequirement(action: Action | "public"): string {
  if (action === "public") return "No authentication required.";
  const { role, scope } = policy[action];
  const key = scope === "session" ? "not available to API keys" : `an API key needs the scope \`${scope}\``;
  const caller = describeCaller(role);
  return `${caller}; ${key}.`;
}

function describeCaller(role: PolicyRow["role"]): string {
  if (role === null) return "Requires authentication";
  if (role === "superuser") return "Requires a superuser";
  return `Requires the role \`${role}\` in the workspace`;
}
