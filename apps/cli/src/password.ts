import { Failure } from "./failure.ts";
import { askHidden, isInteractive, readStdin } from "./prompt.ts";

/** Where a password comes from: never from the command line, which others can see. */
export interface PasswordOptions {
  passwordStdin?: boolean;
}

/** A password from stdin, or from whoever sits there. */
export async function readPassword(
  { passwordStdin }: PasswordOptions,
  askFor: () => Promise<string>,
): Promise<string> {
  if (passwordStdin) return stripNewline((await readStdin()).toString("utf8"));
  if (isInteractive()) return askFor();
  throw new Failure("USAGE", "--password-stdin is required without a terminal.");
}

/** The same for one that is new, and so asked for twice. */
export function readNewPassword(options: PasswordOptions): Promise<string> {
  return readPassword(options, async () => {
    const password = await askHidden("Password");
    if ((await askHidden("Repeat password")) !== password)
      throw new Failure("USAGE", "The passwords do not match.");
    return password;
  });
}

/** The line break that ends a file is no part of a password. */
const stripNewline = (text: string) => text.replace(/\r?\n$/, "");
