import { Failure } from "./failure.ts";
import { askHidden, askValid, InvalidAnswerError, isInteractive, readStdin } from "./prompt.ts";

/** The source of a password: never an argument, because other users can see the command line. */
export interface PasswordOptions {
  passwordStdin?: boolean;
}

/** Reads a password from stdin or a prompt. */
export async function readPassword(
  { passwordStdin }: PasswordOptions,
  askFor: () => Promise<string>,
): Promise<string> {
  if (passwordStdin) return stripNewline((await readStdin()).toString("utf8"));
  if (isInteractive()) return askFor();
  throw new Failure("USAGE", "--password-stdin is required when there is no terminal.");
}

/**
 * Reads a new password; the prompt asks for it twice.
 * @param check Throws InvalidAnswerError for a password that would be rejected.
 */
export function readNewPassword(
  options: PasswordOptions,
  check: (password: string) => void = () => {},
): Promise<string> {
  return readPassword(options, () =>
    askValid(async () => {
      const password = await askHidden("Password");
      check(password);
      if ((await askHidden("Repeat password")) === password) return password;
      throw new InvalidAnswerError("The passwords don't match.");
    }),
  );
}

/** A final line break is not part of the password. */
const stripNewline = (text: string) => text.replace(/\r?\n$/, "");
