import { join } from "node:path";

import type { TokenStore } from "@mdreader/client";
import { DamagedTokensError, fileTokens as tokensIn } from "@mdreader/client/node";

import { Failure } from "../failure.ts";
import { describeFileError } from "../files.ts";

/**
 * Stores the tokens of each server in a separate file, so that sessions of other servers are unaffected. Errors name the
 * path of the file.
 *
 * @param folder Created if missing.
 */
export function createFileTokens(folder: string, serverUrl: string): Required<TokenStore> {
  const path = join(folder, `${encodeURIComponent(serverUrl)}.json`);
  const tokens = tokensIn(path);
  return {
    get: () => withFailure(path, async () => tokens.get()),
    set: (value) => withFailure(path, async () => tokens.set(value)),
    async exclusively(work) {
      // Errors of `work` do not concern the file.
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
    : new Failure("CREDENTIALS", `The session file ${path} ${describeFileError(cause)}.`, {
        hint: "Set XDG_CONFIG_HOME to a writable folder.",
        cause,
      });
}
