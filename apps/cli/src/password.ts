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
  throw new Failure("USAGE", "Without a terminal to ask on, the password must come with --password-stdin.");
}

/** The same for one that is new, and so asked for twice. */
export function readNewPassword(options: PasswordOptions): Promise<string> {
  return readPassword(options, async () => {
    const password = await askHidden("Password");
    if ((await askHidden("The same again")) !== password) throw new Failure("USAGE", "These two differ.");
    return password;
  });
}

/** The line break that ends a file is no part of a password. */
const stripNewline = (text: string) => text.replace(/\r?\n$/, "");
