import type { DomainSettings } from "@mdreader/api";

import { type Config, toLocalUrl } from "./config.ts";
import { readFixedInstanceSettings } from "./instance-settings.ts";

/** Creates the settings of the domain from those of the server. */
export function createDomainSettings(
  config: Config,
  appUrl = config.APP_URL ?? toLocalUrl(config.APP_HOST, config.APP_PORT),
  { callTimeoutSeconds }: Pick<DomainSettings, "callTimeoutSeconds"> = {},
): DomainSettings {
  return {
    appUrl,
    jwtSecret: config.JWT_SECRET,
    previousJwtSecret: config.PREVIOUS_JWT_SECRET,
    acceptsPasswords: config.PASSWORD_SIGN_IN,
    identityProviders: config.identityProviders,
    accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
    refreshTokenTtlSeconds: config.REFRESH_TOKEN_TTL,
    trashRetentionSeconds: config.TRASH_RETENTION,
    maxUploadBytes: config.MAX_UPLOAD_SIZE_MB * 1024 * 1024,
    maxImportBytes: config.MAX_IMPORT_SIZE_MB * 1024 * 1024,
    sendsMail: config.SMTP_URL !== undefined,
    fixedInstanceSettings: readFixedInstanceSettings(config),
    ...(callTimeoutSeconds !== undefined && { callTimeoutSeconds }),
  };
}
