import type { InstanceSettings } from "@mdreader/contract";

import type { Config } from "./config.ts";

/** Returns the settings of the instance that the environment sets. */
export function readFixedInstanceSettings(config: Config): Partial<InstanceSettings> {
  const settings = {
    registration: config.REGISTRATION,
    allowedEmailDomains: config.ALLOWED_EMAIL_DOMAINS,
    secondFactorRequired: config.SECOND_FACTOR,
    workspaceCreation: config.WORKSPACE_CREATION,
    workspaceQuotaMb: config.WORKSPACE_QUOTA_MB,
    banner: config.BANNER,
    termsUrl: config.TERMS_URL,
    privacyUrl: config.PRIVACY_URL,
    accountRetentionDays: config.ACCOUNT_RETENTION,
    auditRetentionDays: config.AUDIT_RETENTION,
    addressRetentionDays: config.ADDRESS_RETENTION,
  } satisfies { [Name in keyof InstanceSettings]: InstanceSettings[Name] | undefined };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
