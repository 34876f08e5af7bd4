import { type Client, everyItem, everyPage, type RouterInputs, type RouterOutputs } from "@mdreader/client";
import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { Failure } from "../failure.ts";
import { chooseOne, isSameIgnoringCase } from "../lookup/choose.ts";
import { isId } from "../lookup/id.ts";
import { parsePositive } from "../number.ts";
import { formatBytes, formatTable, formatTime } from "../output.ts";
import { confirm } from "../prompt.ts";

/** `admin …`: what superusers do, with their session or a key that has the scope `instance`. */
export function addAdminCommands(program: Command): void {
  const admin = program.command("admin").description("administer the server (superusers only)");
  addUserCommands(admin);
  addWorkspaceCommands(admin);
  addSettingsCommands(admin);
  addAuditCommand(admin);
  addSystemCommands(admin);
}

type SystemState = RouterOutputs["auth"]["admin"]["system"]["get"];

const statuses = ["active", "suspended", "deleted", "superuser", "unverified"] as const;

interface ConfirmOptions {
  yes?: boolean;
}

interface UsersOptions {
  search?: string;
  status?: string;
}

function addUserCommands(admin: Command): void {
  const users = admin
    .command("users")
    .description("list users")
    .option("--search <text>", "part of an email address or a name")
    .option("--status <status>", `only these users: ${statuses.join(", ")}`);
  defineAction<UsersOptions>(users, async ({ client, output }, { search, status }) => {
    const chosen = statuses.find((one) => one === status);
    if (status !== undefined && chosen === undefined) {
      throw new Failure("USAGE", `--status must be one of: ${statuses.join(", ")}.`);
    }
    const filter = {
      ...(search !== undefined && { search }),
      ...(chosen !== undefined && { status: chosen }),
    };
    const found = await Array.fromAsync(
      everyItem((cursor) => client.auth.admin.user.list.query({ ...filter, cursor, limit: 100 })),
    );
    output.result(found, () =>
      formatTable(
        ["EMAIL", "USERNAME", "STATUS", "LAST SIGN-IN", "ID"],
        found.map((user) => [
          user.email,
          user.username,
          toStatus(user),
          user.lastLoginAt === null ? "never" : formatTime(user.lastLoginAt),
          user.id,
        ]),
      ),
    );
  });
  for (const [name, { description, done, question, run }] of Object.entries(userActions)) {
    const command = admin
      .command(name)
      .argument("<email>", "the email address of the account")
      .description(description);
    if (question !== undefined) command.option("-y, --yes", "don't ask for confirmation");
    defineAction<ConfirmOptions>(command, async ({ client, output }, { yes = false }, email = "") => {
      const id = await findUserId(client, email);
      if (question !== undefined) await confirm(output, question(email), yes);
      const result = await run(client, id);
      output.result(result, () => `${email} ${done}.`);
    });
  }
}

type ManagedUser = RouterOutputs["auth"]["admin"]["user"]["list"]["items"][number];

function toStatus({ deletedAt, isActive, isSuperuser }: ManagedUser): string {
  if (deletedAt !== null) return "deleted";
  if (!isActive) return "suspended";
  return isSuperuser ? "superuser" : "active";
}

interface UserAction {
  description: string;
  /** The phrase after the address. */
  done: string;
  /** Asks for a confirmation of what can't be undone. */
  question?: (email: string) => string;
  run(client: Client, id: string): Promise<unknown>;
}

const userActions: Readonly<Record<string, UserAction>> = {
  suspend: {
    description: "suspend an account: end its sessions, and block sign-ins and API keys",
    done: "is suspended",
    run: ({ auth }, id) => auth.admin.user.suspend.mutate({ id }),
  },
  reactivate: {
    description: "reactivate a suspended account",
    done: "is active",
    run: ({ auth }, id) => auth.admin.user.reactivate.mutate({ id }),
  },
  verify: {
    description: "mark an email address as verified",
    done: "is verified",
    run: ({ auth }, id) => auth.admin.user.verify.mutate({ id }),
  },
  "cancel-email-change": {
    description: "cancel someone's pending email change",
    done: "keeps the current email address",
    run: ({ auth }, id) => auth.admin.user.cancelEmailChange.mutate({ id }),
  },
  "require-password-change": {
    description: "require a new password at the next sign-in",
    done: "must choose a new password",
    run: ({ auth }, id) => auth.admin.user.requirePasswordChange.mutate({ id }),
  },
  "reset-second-factor": {
    description: "turn off two-step verification for someone who has lost access to it, and sign them out",
    done: "can sign in without two-step verification",
    run: ({ auth }, id) => auth.admin.user.resetSecondFactor.mutate({ id }),
  },
  "end-sessions": {
    description: "sign someone out everywhere",
    done: "is signed out",
    run: ({ auth }, id) => auth.admin.user.endSessions.mutate({ id }),
  },
  "delete-user": {
    description: "delete an account; it can be restored until it is purged",
    done: "is deleted",
    run: ({ auth }, id) => auth.admin.user.delete.mutate({ id }),
  },
  "restore-user": {
    description: "restore a deleted account",
    done: "is restored",
    run: ({ auth }, id) => auth.admin.user.restore.mutate({ id }),
  },
  "purge-user": {
    description: "permanently delete a deleted account right away; this can't be undone",
    done: "was permanently deleted",
    question: (email) => `Permanently delete ${email}, and the workspaces that were deleted with it?`,
    run: ({ auth }, id) => auth.admin.user.purge.mutate({ id }),
  },
};

/** The account with exactly this address. */
async function findUserId(client: Client, email: string): Promise<string> {
  const normalizedEmail = email.trim().toLowerCase();
  const found = everyItem((cursor) =>
    client.auth.admin.user.list.query({ search: normalizedEmail, cursor, limit: 100 }),
  );
  for await (const user of found) if (user.email.toLowerCase() === normalizedEmail) return user.id;
  throw new Failure("NOT_FOUND", `No account has the address ${email}.`);
}

interface QuotaOptions {
  mb?: string;
}

function addWorkspaceCommands(admin: Command): void {
  const list = admin
    .command("workspaces")
    .description("list all workspaces with their owners, sizes and member counts");
  defineAction(list, async ({ client, output }) => {
    const found = await listAllWorkspaces(client);
    output.result(found, () =>
      formatTable(
        ["NAME", "OWNER", "MEMBERS", "DOCUMENTS", "FILES", "QUOTA", "ID"],
        found.map(({ id, name, owner, memberCount, documentCount, fileBytes, quotaBytes }) => [
          name,
          owner?.username ?? "",
          String(memberCount),
          String(documentCount),
          formatBytes(fileBytes),
          quotaBytes === null ? "default" : formatBytes(quotaBytes),
          id,
        ]),
      ),
    );
  });

  const adopt = admin
    .command("adopt")
    .argument("<workspace>", "name or ID")
    .argument("[email]", "the new owner; default: you")
    .description("make someone the owner of a workspace that has no active owner")
    .addHelpText("after", "\nThe workspace's activity and the audit log record the change.");
  defineAction(adopt, async ({ client, output }, _, given, email?: string) => {
    const id = await findManagedWorkspaceId(client, given);
    const owner = email === undefined ? {} : { userId: await findUserId(client, email) };
    const done = await client.auth.admin.workspace.adopt.mutate({ id, ...owner });
    output.result(done, () => "Ownership transferred.");
  });

  const quota = admin
    .command("quota")
    .argument("<workspace>", "name or ID")
    .description("set the storage quota of a workspace")
    .option("--mb <number>", "the quota in MiB; if omitted, the default from the server settings applies");
  defineAction<QuotaOptions>(quota, async ({ client, output }, { mb }, given) => {
    const mebibytes = mb === undefined ? null : parsePositive(mb, "--mb");
    const id = await findManagedWorkspaceId(client, given);
    const quotaBytes = mebibytes === null ? null : mebibytes * 1024 * 1024;
    const done = await client.auth.admin.workspace.setQuota.mutate({ id, quotaBytes });
    output.result(done, () => "Saved.");
  });
}

const listAllWorkspaces = (client: Client) =>
  Array.fromAsync(everyItem((cursor) => client.auth.admin.workspace.list.query({ cursor, limit: 100 })));

/** The workspace with this name or ID; superusers need not be members. */
async function findManagedWorkspaceId(client: Client, given: string): Promise<string> {
  if (isId(given)) return given;
  const workspaces = await listAllWorkspaces(client);
  const { id } = chooseOne({
    given,
    kind: "workspace",
    found: workspaces.filter(({ name }) => name === given),
    similar: workspaces.filter(({ name }) => isSameIgnoringCase(name, given)),
    listHint: "List them with: mdreader admin workspaces",
  });
  return id;
}

function addSettingsCommands(admin: Command): void {
  const settings = admin
    .command("settings")
    .argument("[changes...]", "settings to change, as NAME=VALUE; the value is JSON or text")
    .description("show or change server settings")
    .addHelpText(
      "after",
      `
Examples:
  mdreader admin settings
  mdreader admin settings registration=closed 'allowedEmailDomains=["example.com"]' banner=null`,
    );
  defineAction(settings, async ({ client, output }, _, ...changes) => {
    const api = client.auth.admin.settings;
    const inForce =
      changes.length === 0 ? await api.get.query() : await api.update.mutate(parseChanges(changes));
    output.result(inForce, () =>
      Object.entries(inForce)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join("\n"),
    );
  });
}

type Changes = RouterInputs["auth"]["admin"]["settings"]["update"];

/** The server checks names and values. */
function parseChanges(changes: readonly string[]): Changes {
  return Object.fromEntries(
    changes.map((change) => {
      const at = change.indexOf("=");
      if (at < 1) throw new Failure("USAGE", `${change} isn't in the form NAME=VALUE.`);
      return [change.slice(0, at), parseValue(change.slice(at + 1))];
    }),
  );
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function addAuditCommand(admin: Command): void {
  const audit = admin
    .command("audit")
    .description("export the audit log as JSON lines, oldest first")
    .option("--from <time>", "entries from this time on, in ISO 8601")
    .option("--until <time>", "entries before this time");
  defineAction<{ from?: string; until?: string }>(audit, async ({ client, output }, { from, until }) => {
    const filter = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
    for await (const { lines } of everyPage((cursor) =>
      client.auth.admin.audit.export.mutate({ ...filter, cursor }),
    )) {
      // Both forms are the same: each line is JSON already.
      for (const line of lines.split("\n")) if (line !== "") output.event(JSON.parse(line), () => line);
    }
  });
}

function addSystemCommands(admin: Command): void {
  const system = admin
    .command("system")
    .description(
      "show versions, migrations, background jobs, and the status of the database, Redis and the storage",
    );
  defineAction(system, async ({ client, output }) => {
    const state = await client.auth.admin.system.get.query();
    output.result(state, () => describeSystem(state));
  });
  const testMail = admin.command("test-mail").description("send a test email to your own address");
  defineAction(testMail, async ({ client, output }) => {
    const result = await client.auth.admin.system.sendTestMail.mutate();
    if (result.outcome === "failed") {
      throw new Failure(
        "UNEXPECTED",
        `The mail server didn't accept the email (${result.error ?? "unknown error"}).`,
        { hint: "Check SMTP_URL and MAIL_FROM in the settings of the server." },
      );
    }
    output.result(result, () =>
      result.outcome === "sent"
        ? "The mail server accepted the email."
        : "The email was stored because no mail server is configured.",
    );
  });
}

function describeSystem({ server, database, redis, storage, mail, queues }: SystemState): string {
  const describeCheck = ({ isHealthy, ms }: { isHealthy: boolean; ms: number }) =>
    isHealthy ? `responds (${ms} ms)` : "isn't responding";
  const { applied, pending } = database.migrations;
  return formatTable(
    ["PART", "STATE"],
    [
      [
        "server",
        `${server.version}, API version ${server.contractVersion}, started ${formatTime(server.startedAt)}`,
      ],
      [
        "database",
        `${describeCheck(database)}, PostgreSQL ${database.version}, ${formatBytes(database.sizeBytes)}`,
      ],
      ["migrations", `${applied} applied, ${pending} pending`],
      ["redis", redis === null ? "not configured" : describeCheck(redis)],
      ["storage", `${describeCheck(storage)}, ${storage.fileCount} files, ${formatBytes(storage.fileBytes)}`],
      ["mail", mail.isConfigured ? "configured" : "not configured"],
      ...queues.map(({ name, waiting, running, failed }) => [
        `jobs: ${name}`,
        `${waiting} waiting, ${running} running, ${failed} failed`,
      ]),
    ],
  );
}
