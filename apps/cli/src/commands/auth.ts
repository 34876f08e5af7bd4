import { isReason, type RouterInputs, type RouterOutputs } from "@mdreader/client";
import type { Command } from "commander";
import type { ZodType } from "zod";

import { openInBrowser } from "../browser.ts";
import { type Cli, defineAction } from "../cli.ts";
import { startDeviceLogin, waitForApproval } from "../device-login.ts";
import { Failure } from "../failure.ts";
import { readNewPassword, readPassword, type PasswordOptions } from "../password.ts";
import { ask, askAgain, askHidden, askValid, InvalidAnswerError, isInteractive } from "../prompt.ts";
import { type StepUpOptions, withStepUp } from "../step-up.ts";
import { downloadArchive } from "../transfer/archive.ts";

interface LoginOptions extends PasswordOptions {
  email?: string;
  password?: boolean;
  /** A code of the second factor. */
  code?: string;
}

interface ProfileOptions {
  username?: string;
  fullName?: string;
}

interface RegisterOptions extends PasswordOptions, ProfileOptions {
  email?: string;
}

interface ExportOptions extends StepUpOptions {
  overwrite?: boolean;
}

/** `register`, `login`, `logout`, `whoami`, `profile` and `account export`. */
export function addAccountCommands(program: Command): void {
  addRegister(program);
  addLogin(program);
  addExport(program);

  const logout = program.command("logout").description("sign out of the session stored on this machine");
  defineAction(logout, async (cli) => {
    const wasSignedIn = await cli.account.session.isSignedIn();
    if (wasSignedIn) await cli.account.auth.logout.mutate();
    cli.output.result({ ok: true, wasSignedIn }, () =>
      wasSignedIn ? `Signed out of ${cli.url}.` : `Not signed in to ${cli.url}.`,
    );
  });

  const whoami = program.command("whoami").description("show the current user and server");
  defineAction(whoami, async (cli) => {
    const user = await cli.client.auth.me.query();
    const { url, usesToken } = cli;
    cli.output.result({ user, url, usesToken }, () => {
      const by = usesToken ? " (MDREADER_TOKEN)" : "";
      // A workspace's key has an ID in place of an address.
      const address = user.email.includes("@") ? ` <${user.email}>` : "";
      return `${user.username}${address} at ${url}${by}`;
    });
  });

  const profile = program
    .command("profile")
    .description("show or change your username and full name")
    .option("--username <name>", "public username, 3 to 50 characters")
    .option("--full-name <name>", "your full name; an empty value removes it")
    .addHelpText(
      "after",
      `
Examples:
  mdreader profile --full-name "Ada Lovelace"`,
    );
  defineAction<ProfileOptions>(profile, async ({ client, output }, { username, fullName }) => {
    const isChange = username !== undefined || fullName !== undefined;
    const user = isChange
      ? await client.auth.updateProfile.mutate({
          ...(username !== undefined && { username }),
          ...(fullName !== undefined && { fullName: fullName === "" ? null : fullName }),
        })
      : await client.auth.me.query();
    output.result(
      user,
      () => `${user.username} <${user.email}>${user.fullName === null ? "" : `, ${user.fullName}`}`,
    );
  });
}

function addExport(program: Command): void {
  const group = program.command("account").description("manage your account");
  const command = group
    .command("export")
    .argument("<file>", "the zip archive to write")
    .description("download your data: profile, sessions, keys, audit entries, and your contributions")
    .option("--overwrite", "replace an existing file")
    .option("--code <code>", "a code from your authenticator app, or a recovery code")
    .option("--password-stdin", "read your password from stdin instead of asking for it")
    .addHelpText(
      "after",
      `
The archive contains the documents, versions, comments and files that you created in your workspaces.

Examples:
  mdreader account export me.zip`,
    );
  defineAction<ExportOptions>(command, async (cli, options, file = "") => {
    const { url } = await withStepUp(cli, options, (confirmation) =>
      cli.account.auth.exportAccount.mutate(confirmation),
    );
    const bytes = await downloadArchive(cli.account, url, cli.path(file), options.overwrite ?? false);
    cli.output.result({ bytes }, () => `Wrote ${file}: ${bytes} bytes.`);
  });
}

function addRegister(program: Command): void {
  const register = program
    .command("register")
    .description("create an account and sign in")
    .option("--email <address>", "your email address")
    .option("--username <name>", "public username, 3 to 50 characters")
    .option("--full-name <name>", "your full name")
    .option("--password-stdin", "read the password from stdin instead of asking for it")
    .addHelpText(
      "after",
      `
Examples:
  mdreader register --email ada@example.com --username ada
  pass show mdreader | mdreader register --email ada@example.com --username ada --password-stdin`,
    );
  defineAction<RegisterOptions>(register, async (cli, options) => {
    // Each answer is checked before the next question. Loaded lazily to keep other commands fast.
    const schemas = isInteractive() ? await import("@mdreader/contract") : null;
    const readEmail = () => readOption(options.email, "--email", "Email", schemas?.email);
    const readUsername = () => readOption(options.username, "--username", "Username", schemas?.username);
    const answers = { email: await readEmail(), username: await readUsername() };
    const password = await readNewPassword(options, (answer) =>
      checkAnswer(schemas?.password, "Password", answer),
    );
    const { fullName } = options;
    let taken: TakenReason | null = null;
    const attempt = () =>
      cli.account.auth.register.mutate({ ...answers, password, ...(fullName !== undefined && { fullName }) });
    const { user } = await askAgain(
      async () => {
        if (taken === "EMAIL_TAKEN") answers.email = await readEmail();
        if (taken === "USERNAME_TAKEN") answers.username = await readUsername();
        return attempt();
      },
      (error) => {
        taken = findTaken(error, options);
        return taken !== null;
      },
    );
    warnAboutToken(cli);
    cli.output.result(
      { user, url: cli.url },
      () => `Welcome, ${user.username}. You're signed in to ${cli.url}.`,
    );
  });
}

type TakenReason = "EMAIL_TAKEN" | "USERNAME_TAKEN";

/** Why an answer to a prompt was refused. Null if another answer would not help. */
function findTaken(error: unknown, { email, username }: RegisterOptions): TakenReason | null {
  if (email === undefined && isReason(error, "EMAIL_TAKEN")) return "EMAIL_TAKEN";
  return username === undefined && isReason(error, "USERNAME_TAKEN") ? "USERNAME_TAKEN" : null;
}

function addLogin(program: Command): void {
  const login = program
    .command("login")
    .description("sign in through a browser and store the session on this machine")
    .option("--password", "sign in with an email address and a password instead of a browser")
    .option("--email <address>", "your email address; implies --password")
    .option("--code <code>", "a code from your authenticator app, or a recovery code; for --password")
    .option("--password-stdin", "read the password from stdin instead of asking for it; implies --password")
    .addHelpText(
      "after",
      `
The command prints an address and a code. Open the address in a browser, on this machine or another, and approve the
sign-in there. This works with passwords, passkeys and your organization's identity provider.

Examples:
  mdreader login
  mdreader login --password
  mdreader login --email ada@example.com --password-stdin < password.txt`,
    );
  defineAction<LoginOptions>(login, async (cli, options) => {
    const usesPassword = options.password || options.passwordStdin || options.email !== undefined;
    const { user } = await (usesPassword ? loginWithPassword(cli, options) : loginInBrowser(cli));
    warnAboutToken(cli);
    cli.output.result({ user, url: cli.url }, () => `Signed in to ${cli.url} as ${user.username}.`);
  });
}

function loginWithPassword(cli: Cli, options: LoginOptions) {
  return askAgain(
    async () => {
      const email = await readOption(options.email, "--email", "Email");
      const password = await readPassword(options, () => askHidden("Password"));
      const { code } = options;
      return signIn(cli, { email, password, ...(code !== undefined && { code }) }, options);
    },
    (error) => options.passwordStdin !== true && isReason(error, "BAD_CREDENTIALS"),
  );
}

async function loginInBrowser({ account, output, canOpenBrowser }: Cli) {
  const started = await startDeviceLogin(account, "Command line");
  const { userCode, verificationUri, verificationUriComplete } = started;
  output.request(`Open ${verificationUri} in a browser and enter the code ${userCode}.`);
  if (canOpenBrowser) await openInBrowser(verificationUriComplete);
  output.note("Waiting for your approval…");
  return waitForApproval(account, started);
}

/** Signs in. On a terminal, asks for a new password if an administrator requires one. */
async function signIn(
  cli: Cli,
  credentials: RouterInputs["auth"]["login"],
  options: PasswordOptions,
): Promise<RouterOutputs["auth"]["login"]> {
  try {
    return await cli.account.auth.login.mutate(credentials);
  } catch (error) {
    const mayAsk = isInteractive() && options.passwordStdin !== true;
    if (!mayAsk) throw error;
    if (isReason(error, "SECOND_FACTOR_REQUIRED")) {
      return signIn(cli, { ...credentials, code: await ask("Code from your authenticator app") }, options);
    }
    if (!isReason(error, "PASSWORD_CHANGE_REQUIRED")) throw error;
    cli.output.note("Your administrator requires a new password.");
    const { password: schema } = await import("@mdreader/contract");
    const newPassword = await readNewPassword({}, (answer) => checkAnswer(schema, "Password", answer));
    return signIn(cli, { ...credentials, newPassword }, options);
  }
}

/** The value of an option, or the answer to a prompt, which is checked. */
async function readOption(
  value: string | undefined,
  option: string,
  question: string,
  schema?: AnswerSchema,
): Promise<string> {
  if (value !== undefined) return value;
  if (!isInteractive()) throw new Failure("USAGE", `${option} is required when there is no terminal.`);
  return askValid(async () => {
    const answer = await ask(question);
    checkAnswer(schema, question, answer);
    return answer;
  });
}

/** The part of a zod schema that checks an answer. */
type AnswerSchema = Pick<ZodType<string>, "safeParse">;

/** @throws InvalidAnswerError */
function checkAnswer(schema: AnswerSchema | undefined, question: string, answer: string): void {
  const [issue] = schema?.safeParse(answer).error?.issues ?? [];
  if (issue !== undefined) throw new InvalidAnswerError(`${question} ${issue.message}.`);
}

function warnAboutToken({ usesToken, output }: Cli): void {
  if (usesToken) output.note("MDREADER_TOKEN is set, so commands use it instead of this session.");
}
