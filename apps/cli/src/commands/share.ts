import { everyItem } from "@mdreader/client";
import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { parseId } from "../lookup/id.ts";
import { findDocumentId } from "../lookup/item.ts";
import { addWorkspaceOption, type WorkspaceOptions } from "../lookup/workspace.ts";
import { parsePositive } from "../number.ts";
import { formatTable, formatTime } from "../output.ts";
import { readNewPassword, type PasswordOptions } from "../password.ts";

interface CreateOptions extends PasswordOptions, WorkspaceOptions {
  expires?: string;
  withPassword?: boolean;
}

/** `share create`, `share list` and `share revoke`. */
export function addShareCommands(program: Command): void {
  const share = program.command("share").description("manage public read-only links to documents");

  const create = addWorkspaceOption(
    share
      .command("create")
      .argument("<document>", "path or ID")
      .description("create a public link; it is shown only once"),
  )
    .option("--expires <days>", "days until the link expires; default: never")
    .option("--with-password", "prompt for a password that protects the link")
    .option("--password-stdin", "read the password from stdin")
    .addHelpText(
      "after",
      `
Examples:
  mdreader share create "Notes/Plan" --expires 14
  pass show handbook | mdreader share create "Notes/Plan" --password-stdin`,
    );
  defineAction<CreateOptions>(create, async (cli, options, given) => {
    const { client, output } = cli;
    const { expires } = options;
    const guarded = options.withPassword || options.passwordStdin;
    const lifetime = expires === undefined ? {} : { expiresInDays: parsePositive(expires, "--expires") };
    const created = await client.document.share.create.mutate({
      documentId: await findDocumentId(cli, given, options),
      ...lifetime,
      ...(guarded && { password: await readNewPassword(options) }),
    });
    output.result(created, () => created.url);
  });

  const list = addWorkspaceOption(
    share
      .command("list")
      .argument("<document>", "path or ID")
      .description("list active links; only their last characters are shown"),
  );
  defineAction<WorkspaceOptions>(list, async (cli, options, given) => {
    const { client, output } = cli;
    const documentId = await findDocumentId(cli, given, options);
    const shares = await Array.fromAsync(
      everyItem((cursor) => client.document.share.list.query({ documentId, cursor, limit: 100 })),
    );
    output.result(shares, () =>
      formatTable(
        ["ENDS WITH", "PASSWORD", "EXPIRES", "CREATED BY", "ID"],
        shares.map(({ id, hint, hasPassword, expiresAt, createdBy }) => [
          `…${hint}`,
          hasPassword ? "yes" : "no",
          expiresAt === null ? "never" : formatTime(expiresAt),
          createdBy?.username ?? "",
          id,
        ]),
      ),
    );
  });

  const revoke = addWorkspaceOption(
    share
      .command("revoke")
      .argument("<document>", "path or ID")
      .argument("<share>", "the link's ID")
      .description("revoke a link immediately"),
  );
  defineAction<WorkspaceOptions>(revoke, async (cli, options, given, link: string) => {
    const { client, output } = cli;
    const id = parseId(link, "link");
    const documentId = await findDocumentId(cli, given, options);
    const result = await client.document.share.revoke.mutate({ documentId, id });
    output.result(result, () => "Revoked.");
  });
}
