import { isReason } from "@mdreader/client";

import type { Cli } from "./cli.ts";
import { type PasswordOptions, readPassword } from "./password.ts";
import { ask, askHidden, isInteractive } from "./prompt.ts";

/** The options of commands that confirm who is at the computer. */
export interface StepUpOptions extends PasswordOptions {
  code?: string;
}

/** The fields with which a call confirms a sensitive action. */
interface Confirmation {
  password?: string;
  code?: string;
}

/**
 * Confirms a sensitive action with the password, if the account has one, and with a code of the second factor. On a
 * terminal, asks for a code if there is a second factor.
 */
export async function withStepUp<T>(
  { account }: Cli,
  options: StepUpOptions,
  call: (confirmation: Confirmation) => Promise<T>,
): Promise<T> {
  const { hasPassword } = await account.auth.me.query();
  const password = hasPassword ? await readPassword(options, () => askHidden("Your password")) : undefined;
  return attempt(options.code);

  async function attempt(code: string | undefined): Promise<T> {
    try {
      return await call({
        ...(password !== undefined && { password }),
        ...(code !== undefined && { code }),
      });
    } catch (error) {
      const mayAsk = isInteractive() && options.passwordStdin !== true;
      if (!mayAsk || !isReason(error, "SECOND_FACTOR_REQUIRED")) throw error;
      return attempt(await ask("Code from your authenticator app"));
    }
  }
}
