import { Failure } from "./failure.ts";
import { askHidden, isInteractive, readStdin } from "./prompt.ts";

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

/** Reads a new password; the prompt asks for it twice. */
export function readNewPassword(options: PasswordOptions): Promise<string> {
  return readPassword(options, async () => {
    const password = await askHidden("Password");
    if ((await askHidden("Repeat password")) !== password)
      throw new Failure("USAGE", "The passwords do not match.");
    return password;
  });
}

/** A final line break is not part of the password. */
const stripNewline = (text: string) => text.replace(/\r?\n$/, "");
