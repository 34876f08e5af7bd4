import { everyItem } from "@mdreader/client";
import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { Failure } from "../failure.ts";
import { formatTable } from "../output.ts";
import { readNewPassword, type PasswordOptions } from "../password.ts";

interface CreateOptions extends PasswordOptions {
  expires?: string;
  withPassword?: boolean;
}

/** `share create`, `share list` and `share revoke`. */
export function addShareCommands(program: Command): void {
  const share = program.command("share").description("manage public read-only links to documents");

  const create = share
    .command("create")
    .argument("<document>", "the document")
    .description("create a link; it is shown only once")
    .option("--expires <days>", "days until the link expires; default: never")
    .option("--with-password", "prompt for a password that protects the link")
    .option("--password-stdin", "read the password from stdin")
    .addHelpText(
      "after",
      `
Examples:
  mdreader share create 0190c1f6-… --expires 14
  pass show handbook | mdreader share create 0190c1f6-… --password-stdin`,
    );
  defineAction<CreateOptions>(create, async ({ client, output }, options, documentId = "") => {
    const days = options.expires === undefined ? undefined : Number(options.expires);
    if (days !== undefined && (!Number.isInteger(days) || days < 1)) {
      throw new Failure("USAGE", "--expires must be a positive number of days.");
    }
    const guarded = options.withPassword || options.passwordStdin;
    const made = await client.document.share.create.mutate({
      documentId,
      ...(days !== undefined && { expiresInDays: days }),
      ...(guarded && { password: await readNewPassword(options) }),
    });
    output.result(made, () => made.url);
  });

  const list = share
    .command("list")
    .argument("<document>", "the document")
    .description("list active links; only their last characters are shown");
  defineAction(list, async ({ client, output }, _, documentId = "") => {
    const shares = await Array.fromAsync(
      everyItem((cursor) => client.document.share.list.query({ documentId, cursor, limit: 100 })),
    );
    output.result(shares, () =>
      formatTable(
        ["ID", "ENDS WITH", "PASSWORD", "EXPIRES", "CREATED BY"],
        shares.map(({ id, hint, hasPassword, expiresAt, createdBy }) => [
          id,
          `…${hint}`,
          hasPassword ? "yes" : "no",
          expiresAt ?? "never",
          createdBy?.username ?? "",
        ]),
      ),
    );
  });

  const revoke = share
    .command("revoke")
    .argument("<document>", "the document")
    .argument("<share>", "the link's ID")
    .description("revoke a link immediately");
  defineAction(revoke, async ({ client, output }, _, documentId = "", id = "") => {
    const done = await client.document.share.revoke.mutate({ documentId, id });
    output.result(done, () => "Revoked.");
  });
}
