import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { formatTime } from "../output.ts";
import { type StepUpOptions, withStepUp } from "../step-up.ts";

/** `email-change request`, `show` and `cancel`. */
export function addEmailChangeCommands(program: Command): void {
  const group = program.command("email-change").description("change your email address");

  const request = group
    .command("request")
    .argument("<email>", "the new address")
    .description(
      "send a link to your current address and one to the new address; the change takes effect once both are used",
    )
    .option("--code <code>", "a code from your authenticator app, or a recovery code")
    .option("--password-stdin", "read your password from stdin instead of asking for it")
    .addHelpText("after", "\nExamples:\n  mdreader email-change request ada@example.com");
  defineAction<StepUpOptions>(request, async (cli, options, email = "") => {
    const result = await withStepUp(cli, options, (confirmation) =>
      cli.account.auth.emailChange.request.mutate({ email, ...confirmation }),
    );
    cli.output.result(
      result,
      () => `Links were sent to your current address and to ${email}. Open both within 24 hours.`,
    );
  });

  const show = group.command("show").description("show the pending change");
  defineAction(show, async ({ account, output }) => {
    const { pending } = await account.auth.emailChange.get.query();
    output.result({ pending }, () => {
      if (pending === null) return "No change is pending.";
      const { newEmail, isAgreed, isProven, expiresAt } = pending;
      const describeUse = (isUsed: boolean) => (isUsed ? "used" : "not used yet");
      return [
        `New address: ${newEmail}`,
        `Link to the current address: ${describeUse(isAgreed)}`,
        `Link to the new address: ${describeUse(isProven)}`,
        `Expires: ${formatTime(expiresAt)}`,
      ].join("\n");
    });
  });

  const cancel = group.command("cancel").description("cancel the change; both links stop working");
  defineAction(cancel, async ({ account, output }) => {
    const result = await account.auth.emailChange.cancel.mutate();
    output.result(result, () => "Your email address hasn't changed.");
  });
}
