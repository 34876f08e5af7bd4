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
  const share = program.command("share").description("public links by which anyone can read a document");

  const create = share
    .command("create")
    .argument("<document>", "the document")
    .description("make a link; it is shown this once")
    .option("--expires <days>", "how many days it works; for ever, without it")
    .option("--with-password", "ask for a password that readers need")
    .option("--password-stdin", "read that password from stdin")
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
      throw new Failure("USAGE", "--expires takes a number of days.");
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
    .description("list the links that work, by what they end with");
  defineAction(list, async ({ client, output }, _, documentId = "") => {
    const shares = await Array.fromAsync(
      everyItem((cursor) => client.document.share.list.query({ documentId, cursor, limit: 100 })),
    );
    output.result(shares, () =>
      formatTable(
        ["ID", "ENDS WITH", "PASSWORD", "EXPIRES", "MADE BY"],
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
    .description("make a link stop working, at once");
  defineAction(revoke, async ({ client, output }, _, documentId = "", id = "") => {
    const done = await client.document.share.revoke.mutate({ documentId, id });
    output.result(done, () => "Revoked.");
  });
}
