import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { createTemporaryFolder } from "../test/serve.ts";
import { parseConfig, type Environment, loadConfig } from "./config.ts";
import { providerSuffixes } from "./oidc-settings.ts";
import { StartError } from "./start-error.ts";

const made = new AsyncDisposableStack();
afterAll(() => made.disposeAsync());

const secret = "x".repeat(32);
const config = (environment: Environment) => parseConfig({ JWT_SECRET: secret, ...environment });

/** Returns the message of the start error. */
async function readStartError(environment: Environment): Promise<string> {
  const error = await config(environment).catch((thrown: unknown) => thrown);
  if (!(error instanceof StartError)) throw new Error("the settings are valid");
  return error.message;
}

describe("without any settings", () => {
  test("the server listens on this machine only, with the embedded database", async () => {
    const read = await config({});
    expect(read.DATABASE_URL).toBeUndefined();
    expect(read).toMatchObject({
      APP_HOST: "127.0.0.1",
      APP_PORT: 7001,
      APP_URL: undefined,
      DATABASE_POOL_SIZE: 20,
      ACCESS_TOKEN_TTL: 3600,
      REFRESH_TOKEN_TTL: 30 * 86_400,
      TRUST_PROXY: 0,
      CORS_ORIGINS: [],
      production: false,
    });
  });

  test("a development secret is generated once, and only its user can read it", async () => {
    const dataDir = join(await createTemporaryFolder(made), "data");
    const [one, two] = await Promise.all([
      parseConfig({ DATA_DIR: dataDir }),
      parseConfig({ DATA_DIR: dataDir }),
    ]);
    expect(one.JWT_SECRET).toBe(two.JWT_SECRET);
    expect(one.JWT_SECRET).toMatch(/^[0-9a-f]{64}$/);
    expect((await stat(join(dataDir, "jwt-secret"))).mode & 0o777).toBe(0o600);
  });
});

const staffRole = { group: "staff", workspaceId: "0198c0de-0000-7000-8000-000000000000", role: "viewer" };

describe("settings", () => {
  test("are converted to their types", async () => {
    const read = await config({
      APP_URL: "https://notes.example.com/",
      CORS_ORIGINS: "https://a.example, http://b.example:8080",
      TRUST_PROXY: "true",
      ACCESS_TOKEN_TTL: "90s",
      TRASH_RETENTION: "12h",
      DATA_DIR: "/somewhere",
    });
    expect(read).toMatchObject({
      APP_URL: "https://notes.example.com",
      CORS_ORIGINS: ["https://a.example", "http://b.example:8080"],
      TRUST_PROXY: 1,
      ACCESS_TOKEN_TTL: 90,
      TRASH_RETENTION: 12 * 3600,
      UPLOAD_DIR: "/somewhere/uploads",
    });
  });

  test("are ignored if they are empty", async () => {
    expect(await config({ DATABASE_URL: "", APP_PORT: "" })).toMatchObject({ APP_PORT: 7001 });
  });

  test.for([
    ["APP_PORT", "seventy"],
    ["APP_PORT", "70000"],
    ["APP_URL", "notes.example.com"],
    ["APP_URL", "https://notes.example.com/path"],
    ["CORS_ORIGINS", "*"],
    ["TRUST_PROXY", "loopback"],
    ["DATABASE_URL", "mysql://localhost/x"],
    ["DATABASE_URL", "localhost"],
    ["DATABASE_POOL_SIZE", "0"],
    ["REDIS_URL", "localhost:6379"],
    ["JWT_SECRET", "too short"],
    ["ACCESS_TOKEN_TTL", "60"],
    ["ACCESS_TOKEN_TTL", "0m"],
    ["REFRESH_TOKEN_TTL", "99999999d"],
    ["STORAGE", "tape"],
    ["SMTP_URL", "mail.example.com"],
    ["LOG_LEVEL", "loud"],
    ["METRICS_TOKEN", "short"],
  ] as const)("are named in the error if they are invalid: %s=%s", async ([name, value]) => {
    expect(await readStartError({ [name]: value })).toContain(`${name}: `);
  });

  test("are all listed in one error if several are invalid, without their values", async () => {
    const said = await readStartError({
      APP_PORT: "x",
      JWT_SECRET: "hunter2",
      DATABASE_URL: "://user:hunter2@host",
    });
    expect(said).toMatch(/APP_PORT.*DATABASE_URL.*JWT_SECRET/s);
    expect(said).not.toContain("hunter2");
  });

  test("require a secret in production, and the S3 settings with STORAGE=s3", async () => {
    await expect(parseConfig({ NODE_ENV: "production" })).rejects.toThrow(/JWT_SECRET.*openssl/);
    expect(await readStartError({ STORAGE: "s3", S3_BUCKET: "b" })).toContain(
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY",
    );
  });

  test("with secrets can be read from files", async () => {
    const folder = await createTemporaryFolder(made);
    const path = join(folder, "jwt-secret");
    await writeFile(path, `${"y".repeat(32)}\n`);
    expect(await parseConfig({ JWT_SECRET_FILE: path })).toMatchObject({ JWT_SECRET: "y".repeat(32) });
    await expect(parseConfig({ JWT_SECRET_FILE: path, JWT_SECRET: secret })).rejects.toThrow(/both set/);
    await expect(parseConfig({ JWT_SECRET_FILE: join(folder, "missing") })).rejects.toThrow(
      /JWT_SECRET_FILE: .*missing doesn't exist/,
    );
    await writeFile(path, "hunter2");
    const said = await parseConfig({ JWT_SECRET_FILE: path }).catch((error: unknown) => String(error));
    expect(said).toContain("JWT_SECRET: ");
    expect(said).not.toContain("hunter2");
  });

  test("name a data folder that is not writable", async () => {
    const folder = await createTemporaryFolder(made);
    await writeFile(join(folder, "file"), "");
    await expect(parseConfig({ DATA_DIR: join(folder, "file") })).rejects.toThrow(
      /can't be read|isn't writable/,
    );
  });

  test("name any number of OpenID Connect providers", async () => {
    const { identityProviders } = await config({
      OIDC_GOOGLE_ISSUER: "https://accounts.google.com",
      OIDC_GOOGLE_CLIENT_ID: "ours",
      OIDC_GOOGLE_CLIENT_SECRET: "hush",
      OIDC_CORP_SSO_ISSUER: "https://login.corp.example/realms/staff",
      OIDC_CORP_SSO_CLIENT_ID: "notes",
      OIDC_CORP_SSO_NAME: "Corp",
      OIDC_CORP_SSO_TRUST_EMAIL: "true",
      OIDC_CORP_SSO_CREATE_ACCOUNTS: "false",
      OIDC_CORP_SSO_SIGN_OUT: "true",
      OIDC_CORP_SSO_GROUP_ROLES: JSON.stringify([staffRole]),
    });
    expect(identityProviders).toEqual([
      {
        id: "corp-sso",
        name: "Corp",
        issuer: "https://login.corp.example/realms/staff",
        clientId: "notes",
        clientSecret: null,
        scope: "openid email profile",
        trustsEmail: true,
        createsAccounts: false,
        signsOut: true,
        groupsClaim: "groups",
        groupRoles: [staffRole],
      },
      {
        id: "google",
        name: "GOOGLE",
        issuer: "https://accounts.google.com/",
        clientId: "ours",
        clientSecret: "hush",
        scope: "openid email profile",
        trustsEmail: false,
        createsAccounts: true,
        signsOut: false,
        groupsClaim: null,
        groupRoles: [],
      },
    ]);
  });

  test.each([
    ["no JSON", "[engineers]", "must be JSON"],
    ["the role of owner", JSON.stringify([{ ...staffRole, role: "owner" }]), "role"],
    ["a workspace by name", JSON.stringify([{ ...staffRole, workspaceId: "Handbook" }]), "workspaceId"],
  ])("refuse groups with %s", async (_, value, problem) => {
    const read = config({
      OIDC_ACME_ISSUER: "https://a.example",
      OIDC_ACME_CLIENT_ID: "x",
      OIDC_ACME_GROUP_ROLES: value,
    });
    await expect(read).rejects.toThrow(new RegExp(`OIDC_ACME_GROUP_ROLES.*${problem}`));
  });

  test("read the secret of a provider from a file", async () => {
    const path = join(await createTemporaryFolder(made), "secret");
    await writeFile(path, "hush\n");
    const { identityProviders } = await config({
      OIDC_ACME_ISSUER: "https://a.example",
      OIDC_ACME_CLIENT_ID: "x",
      OIDC_ACME_CLIENT_SECRET_FILE: path,
    });
    expect(identityProviders).toMatchObject([{ clientSecret: "hush" }]);
  });

  test.for<[Environment, string]>([
    [{ OIDC_ACME_ISSUER: "https://a.example" }, "OIDC_ACME_CLIENT_ID"],
    [{ OIDC_ACME_CLIENT_ID: "x" }, "OIDC_ACME_ISSUER"],
    [
      { OIDC_ACME_ISSUER: "http://a.example", OIDC_ACME_CLIENT_ID: "x" },
      "OIDC_ACME_ISSUER: must be the https",
    ],
    [{ OIDC_ACME_ISSUER: "https://a.example", OIDC_ACME_CLIENTID: "x" }, "OIDC_ACME_CLIENTID"],
    [{ OIDC_ISSUER: "https://a.example" }, "OIDC_ISSUER"],
    [
      { OIDC_ACME_ISSUER: "https://a.example", OIDC_ACME_CLIENT_ID: "x", OIDC_ACME_SCOPE: "email" },
      "OIDC_ACME_SCOPE: must contain openid",
    ],
    [
      { OIDC_ACME_ISSUER: "https://a.example", OIDC_ACME_CLIENT_ID: "x", OIDC_ACME_TRUST_EMAIL: "yes" },
      "OIDC_ACME_TRUST_EMAIL: must be true or false",
    ],
    [
      {
        OIDC_A_ISSUER: "https://a.example",
        OIDC_A_CLIENT_ID: "x",
        OIDC_B_ISSUER: "https://a.example/",
        OIDC_B_CLIENT_ID: "y",
      },
      "more than one provider",
    ],
    [{ PASSWORD_SIGN_IN: "off" }, "OpenID Connect provider"],
  ])("of providers are rejected if they are incomplete or misspelled: %o", async ([environment, message]) => {
    expect(await readStartError(environment)).toContain(message);
  });

  test("are all listed in .env.example", async () => {
    const example = await readFile(new URL("../../../.env.example", import.meta.url), "utf8");
    const { createEnvSchema } = await import("./env-schema.ts");
    for (const name of Object.keys(createEnvSchema("/").shape))
      expect(example).toMatch(new RegExp(`^#${name}=`, "m"));
    for (const suffix of providerSuffixes)
      expect(example).toMatch(new RegExp(`^#OIDC_GOOGLE_${suffix}=`, "m"));
  });
});

describe("the file .env", () => {
  const createFolder = async (text: string) => {
    const folder = await createTemporaryFolder(made);
    await writeFile(join(folder, ".env"), text);
    return folder;
  };

  test("is loaded, and the environment takes precedence", async () => {
    const folder = await createFolder(
      `# A comment\n\nAPP_PORT=7100\nexport MAIL_FROM="Notes\n <a@b.example>"\nJWT_SECRET='${secret}'\nLOG_LEVEL=debug # loud\n`,
    );
    expect(await loadConfig({ APP_PORT: "7200" }, folder)).toMatchObject({
      APP_PORT: 7200,
      LOG_LEVEL: "debug",
      MAIL_FROM: "Notes\n <a@b.example>",
    });
  });

  test("is rejected with the number of a malformed line", async () => {
    const folder = await createFolder(`JWT_SECRET="${secret}"\nAPP_PORT 7100\n`);
    await expect(loadConfig({}, folder)).rejects.toThrow(/Line 2 of .*\.env.*NAME=value/);
  });

  test("may contain names that are no settings, which are reported with the nearest one", async () => {
    const folder = await createFolder(
      `JWT_SECRET="${secret}"\nAPP_PROT=7100\nmail_from=x\nSMTP_URL_FILES=\nCOLOR=red\nPOSTGRES_PASSWORD=x\n`,
    );
    const { warnings, APP_PORT } = await loadConfig({ PATH: "/bin", APP_PROD: "1" }, folder);
    expect(APP_PORT).toBe(7001);
    expect(warnings).toEqual([
      "APP_PROT in .env isn't a setting, and has no effect. Did you mean APP_PORT?",
      "COLOR in .env isn't a setting, and has no effect. .env.example lists all settings.",
      "SMTP_URL_FILES in .env isn't a setting, and has no effect. Did you mean SMTP_URL_FILE?",
      "mail_from in .env isn't a setting, and has no effect. Did you mean MAIL_FROM?",
    ]);
  });

  test("may set up providers and name the files of secrets without a warning", async () => {
    const secrets = await createTemporaryFolder(made);
    const path = join(secrets, "secret");
    await writeFile(path, secret);
    const folder = await createFolder(
      [
        `JWT_SECRET_FILE=${path}`,
        "OIDC_GOOGLE_ISSUER=https://accounts.google.com",
        "OIDC_GOOGLE_CLIENT_ID=ours",
        `OIDC_GOOGLE_CLIENT_SECRET_FILE=${path}`,
      ].join("\n"),
    );
    const { warnings, identityProviders } = await loadConfig({}, folder);
    expect(warnings).toEqual([]);
    expect(identityProviders).toMatchObject([{ id: "google", clientSecret: secret }]);
  });

  test("is named in the error if it cannot be read", async () => {
    const folder = await createTemporaryFolder(made);
    await mkdir(join(folder, ".env"));
    await expect(loadConfig({}, folder)).rejects.toThrow(/\.env can't be read/);
  });
});
