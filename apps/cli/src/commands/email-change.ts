import { isReason } from "@mdreader/client";
import type { Command } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { formatTime } from "../output.ts";
import { type PasswordOptions, readPassword } from "../password.ts";
import { ask, askHidden, isInteractive } from "../prompt.ts";

interface RequestOptions extends PasswordOptions {
  code?: string;
}

/** `email-change request`, `show` and `cancel`. */
export function addEmailChangeCommands(program: Command): void {
  const group = program.command("email-change").description("change your email address");

  const request = group
    .command("request")
    .argument("<email>", "the new address")
    .description("email a link to your current address and one to the new address; both must be used")
    .option("--code <code>", "a code of your second factor, if you have one")
    .option("--password-stdin", "read your password from stdin instead of asking for it")
    .addHelpText("after", "\nExamples:\n  mdreader email-change request ada@example.com");
  defineAction<RequestOptions>(request, async (cli, options, email = "") => {
    const { hasPassword } = await cli.account.auth.me.query();
    const password = hasPassword ? await readPassword(options, () => askHidden("Your password")) : undefined;
    const result = await requestChange(cli, { email, password, code: options.code }, options);
    cli.output.result(
      result,
      () => `Links were sent to your current address and to ${email}. Use both within a day.`,
    );
  });

  const show = group.command("show").description("show the change that waits for its links");
  defineAction(show, async ({ account, output }) => {
    const { pending } = await account.auth.emailChange.get.query();
    output.result({ pending }, () => {
      if (pending === null) return "No change is pending.";
      const { newEmail, isAgreed, isProven, expiresAt } = pending;
      const used = (isUsed: boolean) => (isUsed ? "used" : "not used yet");
      return [
        `New address: ${newEmail}`,
        `Link to the current address: ${used(isAgreed)}`,
        `Link to the new address: ${used(isProven)}`,
        `Expires: ${formatTime(expiresAt)}`,
      ].join("\n");
    });
  });

  const cancel = group.command("cancel").description("cancel the change; both links stop working");
  defineAction(cancel, async ({ account, output }) => {
    const result = await account.auth.emailChange.cancel.mutate();
    output.result(result, () => "The email address stays as it is.");
  });
}

interface Request {
  email: string;
  password: string | undefined;
  code: string | undefined;
}

/** Requests the change. On a terminal, asks for a code of the second factor if there is one. */
async function requestChange(
  cli: Cli,
  { email, password, code }: Request,
  options: RequestOptions,
): Promise<{ ok: true }> {
  try {
    return await cli.account.auth.emailChange.request.mutate({
      email,
      ...(password !== undefined && { password }),
      ...(code !== undefined && { code }),
    });
  } catch (error) {
    const mayAsk = isInteractive() && options.passwordStdin !== true;
    if (!mayAsk || !isReason(error, "SECOND_FACTOR_REQUIRED")) throw error;
    const typed = await ask("Code from your authenticator app");
    return requestChange(cli, { email, password, code: typed }, options);
  }
}
