import { everyItem, type RouterOutputs, roles } from "@mdreader/client";
import { type Command, Option } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { chooseOne, isSameIgnoringCase } from "../lookup/choose.ts";
import { isId } from "../lookup/id.ts";
import { addWorkspaceOption, findWorkspaceId, type WorkspaceOptions } from "../lookup/workspace.ts";
import { parsePositive } from "../number.ts";
import { formatTable, formatTime } from "../output.ts";

type Invitation = RouterOutputs["workspace"]["invitation"]["list"]["items"][number];

interface InviteOptions extends WorkspaceOptions {
  role: string;
  uses?: string;
  expires?: string;
}

/** `invite`, `invitation create`, `invitation list` and `invitation revoke`. */
export function addInvitationCommands(program: Command): void {
  const invitation = program.command("invitation").description("invite people, list and revoke invitations");
  defineInvite(program.command("invite"));
  defineInvite(invitation.command("create"));

  const list = addWorkspaceOption(invitation.command("list").description("list the pending invitations"));
  defineAction<WorkspaceOptions>(list, async (cli, options) => {
    const invitations = await listInvitations(cli, await findWorkspaceId(cli, options));
    cli.output.result(invitations, () =>
      invitations.length === 0
        ? "No pending invitations."
        : formatTable(
            ["FOR", "ROLE", "USES LEFT", "EXPIRES", "INVITED BY", "ID"],
            invitations.map(({ email, role, usesLeft, expiresAt, invitedBy, id }) => [
              email ?? "anyone with the link",
              role,
              `${usesLeft}`,
              formatTime(expiresAt),
              invitedBy?.username ?? "",
              id,
            ]),
          ),
    );
  });

  const revoke = addWorkspaceOption(
    invitation
      .command("revoke")
      .argument("<invitation>", "email address or ID")
      .description("revoke an invitation"),
  );
  defineAction<WorkspaceOptions>(revoke, async (cli, options, given) => {
    const workspaceId = await findWorkspaceId(cli, options);
    const id = isId(given) ? given : await findInvitationId(cli, workspaceId, given);
    const result = await cli.client.workspace.invitation.revoke.mutate({ workspaceId, id });
    cli.output.result(result, () => "Revoked.");
  });
}

function defineInvite(command: Command): void {
  const invite = addWorkspaceOption(
    command
      .argument("[email]", "the address to send it to; without one, anyone with the link can join")
      .description("invite people to a workspace; the link is shown only once"),
  )
    .addOption(new Option("--role <role>", "their role").choices(roles).default("editor"))
    .option("--uses <number>", "how many people can use the link; default: 1")
    .option("--expires <days>", "days until the invitation expires; default: 7")
    .addHelpText(
      "after",
      `
Examples:
  mdreader ${command.name() === "invite" ? "invite" : "invitation create"} ben@example.com --role viewer
  mdreader ${command.name() === "invite" ? "invite" : "invitation create"} --uses 20 --expires 1`,
    );
  defineAction<InviteOptions>(invite, async (cli, options, email?: string) => {
    const { uses, expires } = options;
    const created = await cli.client.workspace.invitation.create.mutate({
      workspaceId: await findWorkspaceId(cli, options),
      role: roles.find((one) => one === options.role) ?? "viewer", // checked by the option
      ...(email !== undefined && { email }),
      ...(uses !== undefined && { maxUses: parsePositive(uses, "--uses") }),
      ...(expires !== undefined && { expiresInDays: parsePositive(expires, "--expires") }),
    });
    cli.output.result(created, () => created.url);
  });
}

function listInvitations({ client }: Cli, workspaceId: string): Promise<Invitation[]> {
  return Array.fromAsync(
    everyItem((cursor) => client.workspace.invitation.list.query({ workspaceId, cursor, limit: 100 })),
  );
}

async function findInvitationId(cli: Cli, workspaceId: string, given: string): Promise<string> {
  const invitations = await listInvitations(cli, workspaceId);
  const { id } = chooseOne({
    given,
    kind: "invitation",
    found: invitations.flatMap(({ id: own, email }) =>
      email !== null && isSameIgnoringCase(email, given) ? [{ id: own, name: email }] : [],
    ),
    listHint: "List them with: mdreader invitation list",
  });
  return id;
}
