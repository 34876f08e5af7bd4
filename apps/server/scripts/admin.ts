import { parseArgs } from "node:util";

import {
  AppError,
  createPasswordLink,
  createSuperuser,
  listSuperusers,
  prepareSetup,
  removeLostSecondFactor,
  removeSuperuser,
} from "@mdreader/api";
import { email as emailSchema, type Reason, username as usernameSchema } from "@mdreader/contract";
import type { Database } from "@mdreader/db";

import { type Config, loadConfig } from "../src/config.ts";
import { openDatabase } from "../src/database.ts";
import { createDomainSettings } from "../src/domain-settings.ts";
import { installation } from "../src/installation.ts";

/** `pnpm admin …`, `mdreader-server admin …`: manages the instance's superusers from the server's shell. */

const admin = installation.toCommandLine("admin");

const usage = `Usage:
  ${admin} create <email> [--username <name>] [--force]
                                                  Make an account a superuser, or create one
  ${admin} list                                 List the superusers
  ${admin} remove <email>                       Make a superuser an ordinary user
  ${admin} reset-password <email>               Print a link to choose a new password, valid for an hour
  ${admin} reset-second-factor <email>          Turn off two-step verification for someone locked out
  ${admin} link                                 Print the setup link for the first superuser`;

class UsageError extends Error {}

/** Advice to the operator for each refusal. */
const hints: Partial<Record<Reason, string>> = {
  EMAIL_NOT_VERIFIED: `The address of this account isn't verified, so a stranger may have registered it. Print a link with
"${admin} reset-password <email>" and send it to this address. Choosing a password with it verifies the address, and signs
everyone else out. If you know whose account it is, repeat the command with --force.`,
  ACCOUNT_SUSPENDED: `This account is suspended. Reactivate it first, under Server administration in the app or with
"mdreader admin reactivate".`,
};

function describeError(error: unknown): unknown {
  if (error instanceof AppError) return hints[error.reason] ?? error.message;
  return error instanceof Error ? error.message : error;
}

function createShellServices(config: Config, database: Database) {
  return { database, settings: createDomainSettings(config), clock: { now: () => new Date() } };
}

type ShellServices = ReturnType<typeof createShellServices>;

function parseEmail(argument: string | undefined): string {
  const parsed = emailSchema.safeParse(argument);
  if (!parsed.success) throw new UsageError("Specify the email address of an account.");
  return parsed.data;
}

function parseUsername(given: string | undefined, email: string): string {
  const parsed = usernameSchema.safeParse(given ?? email.slice(0, email.indexOf("@")));
  if (!parsed.success) throw new UsageError("Specify a username of 3 to 50 characters with --username.");
  return parsed.data;
}

/** @returns The lines to print. */
async function run(
  services: ShellServices,
  [command, argument]: readonly string[],
  { username, force }: { username?: string | undefined; force?: boolean | undefined },
): Promise<string[]> {
  switch (command) {
    case "create": {
      const email = parseEmail(argument);
      const { url } = await createSuperuser(services, {
        email,
        username: parseUsername(username, email),
        force: force === true,
      });
      return url === null
        ? [`${email} is now a superuser.`]
        : [`${email} is now a superuser. Choose a password within an hour:`, url];
    }
    case "list": {
      const found = await listSuperusers(services);
      return found.length === 0
        ? ["There are no superusers."]
        : found.map(({ email, username: name, deactivatedAt, lastLoginAt }) =>
            [
              email,
              name,
              lastLoginAt === null ? "never signed in" : `last sign-in ${lastLoginAt}`,
              deactivatedAt === null ? [] : "suspended",
            ]
              .flat()
              .join("  "),
          );
    }
    case "remove": {
      const email = parseEmail(argument);
      await removeSuperuser(services, email);
      return [`${email} is no longer a superuser.`];
    }
    case "reset-password":
      return [await createPasswordLink(services, parseEmail(argument))];
    case "reset-second-factor": {
      const email = parseEmail(argument);
      await removeLostSecondFactor(services, email);
      return [`${email} can sign in without two-step verification.`];
    }
    case "link": {
      const setup = await prepareSetup(services);
      if (setup.state === "done") return [`There is already a superuser. List them with: ${admin} list`];
      if (setup.state === "shell")
        return [`This server already has accounts. Make one a superuser: ${admin} create <email>`];
      return [setup.url];
    }
    case undefined:
    default:
      throw new UsageError("");
  }
}

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { username: { type: "string" }, force: { type: "boolean" } },
  });
  if (positionals.length === 0) throw new UsageError("");
  const config = await loadConfig();
  const { database, close } = await openDatabase(config);
  try {
    console.log((await run(createShellServices(config, database), positionals, values)).join("\n"));
  } finally {
    await close();
  }
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n${usage}`.trim());
    process.exitCode = 2;
  } else {
    console.error(describeError(error));
    process.exitCode = 1;
  }
}
