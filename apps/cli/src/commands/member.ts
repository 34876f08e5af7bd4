import { roles } from "@mdreader/client";
import { workspaceActions } from "@mdreader/contract/policy";
import { Argument, type Command, Option } from "commander";

import { defineAction } from "../cli.ts";
import { findMember, listMembers } from "../lookup/member.ts";
import { addWorkspaceOption, findWorkspaceId, type WorkspaceOptions } from "../lookup/workspace.ts";
import { formatExplanation } from "../member/format-explanation.ts";
import { formatTable, formatTime } from "../output.ts";

interface ExplainOptions extends WorkspaceOptions {
  action?: string[];
  document?: string;
}

/** `member list`, `member role`, `member remove` and `member explain`. */
export function addMemberCommands(program: Command): void {
  const member = program
    .command("member")
    .alias("members")
    .description("list and remove the members of a workspace, change their roles, and explain their access");

  const list = addWorkspaceOption(member.command("list").description("list the members with their roles"));
  defineAction<WorkspaceOptions>(list, async (cli, options) => {
    const members = await listMembers(cli, await findWorkspaceId(cli, options));
    cli.output.result(members, () =>
      formatTable(
        ["USERNAME", "NAME", "EMAIL", "ROLE", "JOINED", "ID"],
        members.map(({ user, email, role, joinedAt }) => [
          user.username,
          user.fullName ?? "",
          email,
          role,
          formatTime(joinedAt),
          user.id,
        ]),
      ),
    );
  });

  const role = addWorkspaceOption(
    member
      .command("role")
      .argument("<member>", "username, email address or ID")
      .addArgument(new Argument("<role>", "the new role").choices(roles))
      .description("change the role of a member"),
  ).addHelpText(
    "after",
    `
Examples:
  mdreader member role ada admin`,
  );
  defineAction<WorkspaceOptions>(role, async (cli, options, given, name: string) => {
    const newRole = roles.find((one) => one === name) ?? "viewer"; // checked by the argument
    const { workspaceId, user } = await findMember(cli, given, options);
    const changed = await cli.client.workspace.member.updateRole.mutate({
      workspaceId,
      userId: user.id,
      role: newRole,
    });
    cli.output.result(changed, () => `${user.username} is now ${newRole}.`);
  });

  const remove = addWorkspaceOption(
    member
      .command("remove")
      .argument("<member>", "username, email address or ID")
      .description("remove a member from the workspace, which ends their access immediately"),
  );
  defineAction<WorkspaceOptions>(remove, async (cli, options, given) => {
    const { workspaceId, user } = await findMember(cli, given, options);
    const result = await cli.client.workspace.member.remove.mutate({ workspaceId, userId: user.id });
    cli.output.result(result, () => `Removed ${user.username}.`);
  });

  const explain = addWorkspaceOption(
    member
      .command("explain")
      .argument("[member]", "username, email address or ID; admins may ask about others, default: you")
      .description("show what a member may do in the workspace, and why"),
  )
    .addOption(
      new Option("--action <actions...>", "only these actions, such as document.update").choices(
        workspaceActions,
      ),
    )
    .option("--document <id>", "also consider the public links of this document")
    .addHelpText(
      "after",
      `
Examples:
  mdreader member explain
  mdreader member explain ada --action document.update share.create`,
    );
  defineAction<ExplainOptions>(explain, async (cli, options, given?: string) => {
    const { action, document: documentId } = options;
    const asked = given === undefined ? null : await findMember(cli, given, options);
    const explained = await cli.client.workspace.access.explain.query({
      workspaceId: asked?.workspaceId ?? (await findWorkspaceId(cli, options)),
      ...(asked !== null && { userId: asked.user.id }),
      ...(documentId !== undefined && { documentId }),
      ...(action !== undefined && { actions: workspaceActions.filter((one) => action.includes(one)) }),
    });
    cli.output.result(explained, () => formatExplanation(explained));
  });
}
