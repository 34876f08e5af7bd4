import type { IdentityProviderSettings } from "@mdreader/api";
import { keyRoles } from "@mdreader/contract";
import { z } from "zod";

import { booleanText } from "./env-types.ts";

/** An OpenID Connect provider, as the operator has set it up. */
export interface OidcProviderSettings extends IdentityProviderSettings {
  clientId: string;
  /** Null for a public client, which is protected by PKCE alone. */
  clientSecret: string | null;
  /** Separated by spaces. */
  scope: string;
  /** The claim with the person's groups; null if they are not asked for. */
  groupsClaim: string | null;
}

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** An issuer in one normalized form, because identities are stored with it. */
const issuer = z
  .string()
  .refine(isSecure, "must be the https:// address of a provider")
  .transform((text) => new URL(text).href);

/** Plain HTTP is for providers on this machine only. */
function isSecure(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  const isLoopback = protocol === "http:" && loopbackNames.has(hostname);
  return (protocol === "https:" || isLoopback) && search === "" && hash === "";
}

/** The roles that groups give, as JSON, because names of groups may contain any character. */
const groupRoles = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown; // parsed next
    } catch {
      context.addIssue({ code: "custom", message: "must be JSON" });
      return z.NEVER;
    }
  })
  .pipe(
    z
      .array(
        z.strictObject({
          group: z.string().min(1).max(255),
          workspaceId: z.uuid(),
          // Never owner: a workspace must not depend on a provider.
          role: z.enum(keyRoles),
        }),
      )
      .max(1000),
  );

/** The settings of a provider, without their prefix `OIDC_<NAME>_`. */
const providerSchema = z.strictObject({
  ISSUER: issuer,
  CLIENT_ID: z.string(),
  CLIENT_SECRET: z.string().optional(),
  NAME: z.string().max(60).optional(),
  SCOPE: z
    .string()
    .refine((text) => text.split(" ").includes("openid"), "must contain openid")
    .default("openid email profile"),
  TRUST_EMAIL: booleanText.prefault("false"),
  CREATE_ACCOUNTS: booleanText.prefault("true"),
  SIGN_OUT: booleanText.prefault("false"),
  GROUPS_CLAIM: z.string().max(200).optional(),
  GROUP_ROLES: groupRoles.prefault("[]"),
});

/** The last words of the variables. */
export const providerSuffixes = Object.keys(providerSchema.shape);
/** The first word of the variables. */
export const providerPrefix = "OIDC_";

/**
 * Reads the providers from variables such as `OIDC_GOOGLE_ISSUER` and `OIDC_GOOGLE_CLIENT_ID`: each name between the
 * prefix and the last words is a provider.
 * @returns The providers by name, or a problem by variable.
 */
export function parseOidcProviders(environment: Readonly<Record<string, string | undefined>>): {
  providers: OidcProviderSettings[];
  problems: string[];
} {
  const groups = new Map<string, Record<string, string | undefined>>();
  const problems: string[] = [];
  // The files of secrets have been read already.
  const variables = Object.keys(environment).filter(
    (one) => one.startsWith(providerPrefix) && !one.endsWith("_CLIENT_SECRET_FILE"),
  );
  for (const variable of variables.toSorted()) {
    const suffix = providerSuffixes.find((one) => variable.endsWith(`_${one}`));
    const name = suffix === undefined ? "" : variable.slice(providerPrefix.length, -suffix.length - 1);
    if (suffix === undefined || !/^[A-Z0-9]+(_[A-Z0-9]+)*$/.test(name) || name.length > 40) {
      problems.push(
        `${variable}: must be OIDC_, the name of a provider, and one of ${providerSuffixes.join(", ")}`,
      );
      continue;
    }
    groups.set(name, { ...groups.get(name), [suffix]: environment[variable] });
  }
  const providers = [...groups].flatMap(([name, group]) => {
    const parsed = providerSchema.safeParse(group);
    if (parsed.success) return toProvider(name, parsed.data);
    for (const { path, message } of parsed.error.issues)
      problems.push(`${providerPrefix}${name}_${path.join(".")}: ${message}`);
    return [];
  });
  return { providers, problems: [...problems, ...findDuplicates(providers)] };
}

function toProvider(name: string, settings: z.infer<typeof providerSchema>): OidcProviderSettings {
  return {
    id: name.toLowerCase().replaceAll("_", "-"),
    name: settings.NAME ?? name.replaceAll("_", " "),
    issuer: settings.ISSUER,
    clientId: settings.CLIENT_ID,
    clientSecret: settings.CLIENT_SECRET ?? null,
    scope: settings.SCOPE,
    trustsEmail: settings.TRUST_EMAIL,
    createsAccounts: settings.CREATE_ACCOUNTS,
    signsOut: settings.SIGN_OUT,
    groupsClaim: settings.GROUPS_CLAIM ?? (settings.GROUP_ROLES.length > 0 ? "groups" : null),
    groupRoles: settings.GROUP_ROLES,
  };
}

/** Two providers with one issuer would be the same to identities. */
function findDuplicates(providers: readonly OidcProviderSettings[]): string[] {
  const byIssuer = Map.groupBy(providers, ({ issuer: one }) => one);
  return [...byIssuer].flatMap(([one, group]) =>
    group.length > 1 ? `OIDC_*_ISSUER: ${one} is the issuer of more than one provider` : [],
  );
}
