import type { Command } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { startDeviceLogin, waitForApproval } from "../device-login.ts";
import { Failure } from "../failure.ts";
import { readNewPassword, readPassword, type PasswordOptions } from "../password.ts";
import { ask, askHidden, isInteractive } from "../prompt.ts";

interface LoginOptions extends PasswordOptions {
  email?: string;
  password?: boolean;
}

interface RegisterOptions extends PasswordOptions {
  email?: string;
  username?: string;
  fullName?: string;
}

/** `register`, `login`, `logout` and `whoami`. */
export function addAccountCommands(program: Command): void {
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
    const email = await readOptions(options.email, "--email", "Email");
    const username = await readOptions(options.username, "--username", "Username");
    const password = await readNewPassword(options);
    const { fullName } = options;
    const { user } = await cli.account.auth.register.mutate({
      email,
      username,
      password,
      ...(fullName !== undefined && { fullName }),
    });
    warnAboutToken(cli);
    cli.output.result(
      { user, url: cli.url },
      () => `Welcome, ${user.username}. You are signed in to ${cli.url}.`,
    );
  });

  const login = program
    .command("login")
    .description("sign in through a browser and store the session on this machine")
    .option("--password", "sign in with an email address and a password instead of a browser")
    .option("--email <address>", "your email address; implies --password")
    .option("--password-stdin", "read the password from stdin instead of asking for it; implies --password")
    .addHelpText(
      "after",
      `
The command prints an address and a code. Open the address in a browser, on this machine or another, and approve the
sign-in there. This works with passwords and with your organization's identity provider.

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
      return `${user.username} <${user.email}> at ${url}${by}`;
    });
  });
}

async function loginWithPassword({ account }: Cli, options: LoginOptions) {
  const email = await readOptions(options.email, "--email", "Email");
  const password = await readPassword(options, () => askHidden("Password"));
  return account.auth.login.mutate({ email, password });
}

async function loginInBrowser({ account, output, canOpenBrowser }: Cli) {
  const started = await startDeviceLogin(account, "Command line");
  const { userCode, verificationUri, verificationUriComplete } = started;
  output.request(`Open ${verificationUri} in a browser and enter the code ${userCode}.`);
  if (canOpenBrowser) await openBrowser(verificationUriComplete);
  output.note("Waiting for your approval…");
  return waitForApproval(account, started);
}

/** Opens a page in the person's browser, if there is one. The address is printed anyway. */
async function openBrowser(url: string): Promise<void> {
  // Loaded lazily to keep other commands fast.
  const { default: open } = await import("open");
  const opener = await open(url).catch(() => null);
  opener?.once("error", () => {});
}

async function readOptions(value: string | undefined, option: string, question: string): Promise<string> {
  if (value !== undefined) return value;
  if (isInteractive()) return ask(question);
  throw new Failure("USAGE", `${option} is required when there is no terminal.`);
}

function warnAboutToken({ usesToken, output }: Cli): void {
  if (usesToken) output.note("MDREADER_TOKEN is set: commands use it instead of this session.");
}
