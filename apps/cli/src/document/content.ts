import type { Cli } from "../cli.ts";
import { Failure } from "../failure.ts";
import { readStdin } from "../prompt.ts";
import { decodeText, readMarkdown, UnsupportedFileError } from "../transfer/markdown-file.ts";

/** Reads the text of a document from a file, or from stdin for `-` and without a name. @throws Failure */
export async function readContent({ path }: Cli, file: string | undefined): Promise<string> {
  try {
    return file === undefined || file === "-" ? decodeText(await readStdin()) : readMarkdown(path(file));
  } catch (cause) {
    if (cause instanceof UnsupportedFileError)
      throw new Failure("FILE", `${file ?? "The input"} ${cause.message}.`, { cause });
    throw cause;
  }
}
