import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";

import { type Settings, createEnvSchema } from "./env-schema.ts";
import { errorCode } from "./error-utils.ts";
import { installation } from "./installation.ts";
import { type OidcProviderSettings, parseOidcProviders, providerPrefix } from "./oidc-settings.ts";
import { StartError } from "./start-error.ts";
import { describeUnknownSettings } from "./unknown-settings.ts";

/** All settings, including derived ones. */
export interface Config extends Settings {
  production: boolean;
  /** Public address of the web app; undefined if it is derived from the port. */
  APP_URL: string | undefined;
  JWT_SECRET: string;
  /** From the variables `OIDC_<NAME>_…`. */
  identityProviders: OidcProviderSettings[];
  UPLOAD_DIR: string;
  /** Messages to the operator about settings that have no effect. */
  warnings: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Loads the settings from the environment of the process and from the file `.env`. The environment takes precedence.
 * @param folder The folder that contains `.env`.
 * @throws StartError that names the invalid setting and the fix.
 */
export async function loadConfig(
  environment: Environment = process.env,
  folder: string = installation.folder,
): Promise<Config> {
  const file = await readEnvFile(folder);
  const config = await parseConfig({ ...file, ...omitEmpty(environment) });
  const settings = Object.keys(createEnvSchema(installation.folder).shape);
  const secretFiles = secretSettings.map((name) => name + fileSuffix);
  // Unknown names of providers are errors.
  const names = Object.keys(file).filter((name) => !name.startsWith(providerPrefix));
  return { ...config, warnings: describeUnknownSettings(names, [...settings, ...secretFiles]) };
}

/** The address of the server on this machine. */
export function toLocalUrl(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** Parses settings from an environment, without `.env`. @throws StartError */
export async function parseConfig(environment: Environment): Promise<Config> {
  const present = await readSecretFiles(omitEmpty(environment));
  const parsed = createEnvSchema(installation.folder).safeParse(present);
  const { providers, problems } = parseOidcProviders(present);
  if (!parsed.success || problems.length > 0) {
    const issues = parsed.error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
    const lines = [...issues, ...problems].map((problem) => `  ${problem}`);
    throw new StartError(
      `Some settings are invalid:\n${lines.join("\n")}\n` +
        "Correct them in the file .env or in the environment; .env.example explains each.",
    );
  }
  const settings = parsed.data;
  const production = settings.NODE_ENV === "production";
  requireS3Settings(settings);
  if (settings.AUDIT_DATABASE_URL !== undefined && settings.DATABASE_URL === undefined)
    throw new StartError(
      "AUDIT_DATABASE_URL needs DATABASE_URL, because the embedded PostgreSQL has one role.",
    );
  assertSignInPossible(settings, providers);
  return {
    ...settings,
    production,
    identityProviders: providers,
    APP_URL: settings.APP_URL,
    JWT_SECRET: settings.JWT_SECRET ?? (await loadOrCreateSecret(settings.DATA_DIR, production)),
    UPLOAD_DIR: settings.UPLOAD_DIR ?? join(settings.DATA_DIR, "uploads"),
    warnings: [],
  };
}

const omitEmpty = (environment: Environment) =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));

/** Settings that contain secrets. Each can be read from a file instead, whose path is in the setting with this suffix. */
export const secretSettings = [
  "AUDIT_DATABASE_URL",
  "DATABASE_URL",
  "JWT_SECRET",
  "METRICS_TOKEN",
  "OTEL_EXPORTER_OTLP_HEADERS",
  "PREVIOUS_JWT_SECRET",
  "REDIS_URL",
  "S3_ACCESS_KEY_ID",
  "S3_SECRET_ACCESS_KEY",
  "SMTP_URL",
] as const;
const fileSuffix = "_FILE";

/** Adds the secrets whose files are named, such as those that container platforms mount. */
async function readSecretFiles(environment: Environment): Promise<Environment> {
  const secrets: Record<string, string> = {};
  const providerSecrets = Object.keys(environment)
    .filter((name) => name.startsWith(providerPrefix) && name.endsWith(`_CLIENT_SECRET${fileSuffix}`))
    .map((name) => name.slice(0, -fileSuffix.length));
  for (const name of [...secretSettings, ...providerSecrets]) {
    const path = environment[name + fileSuffix];
    if (path === undefined) continue;
    if (environment[name] !== undefined)
      throw new StartError(`${name} and ${name}${fileSuffix} are both set. Remove one of them.`);
    const text = await readIfExists(path);
    if (text === null) throw new StartError(`${name}${fileSuffix}: ${path} doesn't exist.`);
    secrets[name] = text.trim();
  }
  return { ...environment, ...omitEmpty(secrets) };
}

async function readEnvFile(folder: string): Promise<Environment> {
  const text = await readIfExists(join(folder, ".env"));
  if (text === null) return {};
  // Quoted values may span several lines.
  const lines = text.replaceAll(/=\s*(["'`])[^]*?\1/g, (quoted) => `=${quoted.replaceAll(/[^\n]/g, "")}`);
  lines.split("\n").forEach((line, index) => assertSetting(line, index + 1));
  return parseEnv(text);
}

/** Rejects lines that `parseEnv` would silently skip. */
function assertSetting(line: string, number: number): void {
  if (/^\s*(#.*)?$/.test(line) || /^\s*(export\s+)?[A-Za-z_]\w*\s*=/.test(line)) return;
  throw new StartError(
    `Line ${number} of .env isn't a setting. Write NAME=value, or start the line with # to make it a comment.`,
  );
}

function requireS3Settings({ STORAGE, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY }: Settings): void {
  if (STORAGE !== "s3") return;
  const missing = Object.entries({ S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
  if (missing.length > 0) {
    throw new StartError(`STORAGE=s3 also needs ${missing.join(", ")}. Set them, or use STORAGE=local.`);
  }
}

function assertSignInPossible(
  { PASSWORD_SIGN_IN }: Settings,
  providers: readonly OidcProviderSettings[],
): void {
  if (PASSWORD_SIGN_IN || providers.length > 0) return;
  throw new StartError("PASSWORD_SIGN_IN=off also needs an OpenID Connect provider: set OIDC_<NAME>_ISSUER.");
}

/** Loads the secret of a development server, or creates one that only the server's user can read. */
async function loadOrCreateSecret(dataDir: string, production: boolean): Promise<string> {
  if (production) {
    throw new StartError(
      "JWT_SECRET must be set in production, to 32 bytes or more. Generate it with `openssl rand -hex 32`.",
    );
  }
  const path = join(dataDir, "jwt-secret");
  const secret = (await readIfExists(path)) ?? (await createSecret(dataDir, path));
  if (Buffer.byteLength(secret) < 32) {
    throw new StartError(
      `The secret in ${path} is damaged. Delete the file. All users will have to sign in again.`,
    );
  }
  return secret;
}

async function createSecret(dataDir: string, path: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await mkdir(dataDir, { recursive: true });
    await writeFile(draft, randomBytes(32).toString("hex"), { mode: 0o600 });
    // If two servers start at the same time, the second uses the secret of the first.
    await link(draft, path).catch((error: unknown) => {
      if (errorCode(error) !== "EEXIST") throw error;
    });
    return await readFile(path, "utf8");
  } catch (error) {
    throw new StartError(`DATA_DIR ${dataDir} isn't writable (${errorCode(error)}). Choose another folder.`);
  } finally {
    await rm(draft, { force: true });
  }
}

async function readIfExists(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw new StartError(`${path} can't be read (${errorCode(error)}).`);
  }
}
