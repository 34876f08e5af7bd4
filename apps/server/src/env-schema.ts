import { resolve } from "node:path";

import { instanceSettings } from "@mdreader/contract";
import { z } from "zod";

import {
  originList,
  bytes,
  commaSeparated,
  duration,
  durationInDays,
  headerList,
  origin,
  positiveInteger,
  proxyCount,
  url,
} from "./env-types.ts";

/**
 * All settings, read from environment variables. Empty variables count as unset.
 *
 * @param baseFolder The folder that relative paths are resolved against.
 */
export const createEnvSchema = (baseFolder: string) => {
  const folder = z.string().transform((path) => resolve(baseFolder, path));
  return z.object({
    NODE_ENV: z.string().default("development"),
    LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
    LOG_FORMAT: z.enum(["auto", "text", "json"]).default("auto"),

    APP_HOST: z.string().default("127.0.0.1"),
    APP_PORT: z.coerce.number().int().min(0).max(65_535).default(7001),
    APP_URL: origin.optional(),
    CORS_ORIGINS: originList.prefault(""),
    TRUST_PROXY: proxyCount.prefault("0"),
    REQUESTS_PER_MINUTE: z.coerce.number().int().min(0).max(10_000_000).default(600_000),
    METRICS_TOKEN: z.string().min(16).optional(),

    OTEL_EXPORTER_OTLP_ENDPOINT: url("http", "https").optional(),
    OTEL_EXPORTER_OTLP_HEADERS: headerList.optional(),
    OTEL_SERVICE_NAME: z.string().max(100).default("mdreader"),
    OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),

    DATA_DIR: folder.prefault(".data"),
    DATABASE_URL: url("postgres", "postgresql").optional(),
    AUDIT_DATABASE_URL: url("postgres", "postgresql").optional(),
    DATABASE_POOL_SIZE: positiveInteger(500).default(20),
    REDIS_URL: url("redis", "rediss").optional(),

    JWT_SECRET: bytes(32).optional(),
    PREVIOUS_JWT_SECRET: bytes(32).optional(),
    ACCESS_TOKEN_TTL: duration.prefault("60m"),
    REFRESH_TOKEN_TTL: duration.prefault("30d"),
    PASSWORD_SIGN_IN: z
      .enum(["on", "off"])
      .default("on")
      .transform((text) => text === "on"),
    TRASH_RETENTION: duration.prefault("30d"),

    // These override the settings that superusers can change. See `instanceSettings` in the contract.
    REGISTRATION: instanceSettings.shape.registration.optional(),
    ALLOWED_EMAIL_DOMAINS: commaSeparated.pipe(instanceSettings.shape.allowedEmailDomains).optional(),
    SECOND_FACTOR: z
      .enum(["required", "optional"])
      .transform((text) => text === "required")
      .optional(),
    WORKSPACE_CREATION: instanceSettings.shape.workspaceCreation.optional(),
    WORKSPACE_QUOTA_MB: z.coerce.number().pipe(instanceSettings.shape.workspaceQuotaMb).optional(),
    BANNER: instanceSettings.shape.banner.optional(),
    TERMS_URL: instanceSettings.shape.termsUrl.optional(),
    PRIVACY_URL: instanceSettings.shape.privacyUrl.optional(),
    ACCOUNT_RETENTION: z.union([z.literal("0").transform(Number), durationInDays]).optional(),
    AUDIT_RETENTION: durationInDays.optional(),
    ADDRESS_RETENTION: durationInDays.optional(),

    SMTP_URL: url("smtp", "smtps").optional(),
    MAIL_FROM: z.string().default("MDReader <mdreader@localhost>"),

    STORAGE: z.enum(["local", "s3"]).default("local"),
    UPLOAD_DIR: folder.optional(),
    MAX_UPLOAD_SIZE_MB: positiveInteger(10_000).default(50),
    MAX_IMPORT_SIZE_MB: positiveInteger(100_000).default(1024),
    S3_BUCKET: z.string().optional(),
    S3_REGION: z.string().default("us-east-1"),
    S3_ENDPOINT: url("http", "https").optional(),
    S3_ACCESS_KEY_ID: z.string().optional(),
    S3_SECRET_ACCESS_KEY: z.string().optional(),
  });
};

export type Settings = z.infer<ReturnType<typeof createEnvSchema>>;
