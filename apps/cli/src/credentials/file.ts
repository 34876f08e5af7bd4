import { join } from "node:path";

import type { TokenStore } from "@mdreader/client";
import { DamagedTokensError, fileTokens as tokensIn } from "@mdreader/client/node";

import { Failure } from "../failure.ts";
import { describeFileError } from "../files.ts";

/**
 * Keeps the tokens of one server in a file of its own, so that signing in to one leaves the others as they are. Files that
 * fail are told by their path.
 *
 * @param folder Is made where it is missing.
 */
export function createFileTokens(folder: string, serverUrl: string): Required<TokenStore> {
  const path = join(folder, `${encodeURIComponent(serverUrl)}.json`);
  const tokens = tokensIn(path);
  return {
    get: () => withFailure(path, async () => tokens.get()),
    set: (value) => withFailure(path, async () => tokens.set(value)),
    async exclusively(work) {
      // What fails inside is not about the file.
      let entered = false;
      const outcome = tokens.exclusively(() => {
        entered = true;
        return work();
      });
      return outcome.catch((cause: unknown) => {
        throw entered ? cause : toFailure(path, cause);
      });
    },
  };
}

async function withFailure<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw toFailure(path, cause);
  }
}

function toFailure(path: string, cause: unknown): Failure {
  return cause instanceof DamagedTokensError
    ? new Failure("CREDENTIALS", `${path} is damaged.`, {
        hint: "Delete the file and sign in with: mdreader login",
      })
    : new Failure("CREDENTIALS", `Couldn't access the session file ${path}: ${describeFileError(cause)}.`, {
        hint: "Set XDG_CONFIG_HOME to a writable folder.",
        cause,
      });
}
