import { mkdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";

import type { Tokens, TokenStore } from "@mdreader/client";

import { Failure } from "../failure.ts";
import { codeOf, fileProblem, replaceFile } from "../files.ts";
import { withLock } from "./lock.ts";

/**
 * Keeps the tokens of one server in a file that its owner alone can read: one file a server, so that signing in to one
 * leaves the others as they are. Several processes share it; one at a time renews the tokens.
 *
 * @param folder Is made where it is missing.
 */
export function fileTokens(folder: string, serverUrl: string): Required<TokenStore> {
  const path = join(folder, `${encodeURIComponent(serverUrl)}.json`);
  const prepare = () => mkdir(folder, { recursive: true, mode: 0o700 });

  return {
    get: () => telling(path, async () => parse(await readIfThere(path), path)),
    set: (tokens) =>
      telling(path, async () => {
        if (tokens === null) return removeIfThere(path);
        await prepare();
        await replaceFile(path, `${JSON.stringify(tokens, null, 2)}\n`, 0o600);
      }),
    async exclusively(work) {
      await telling(path, prepare);
      return withLock(`${path}.lock`, work);
    },
  };
}

function parse(text: string | null, path: string): Tokens | null {
  if (text === null) return null;
  try {
    const tokens: unknown = JSON.parse(text);
    if (isTokens(tokens)) return tokens;
  } catch {
    // Told below, as any other damage is.
  }
  throw new Failure("CREDENTIALS", `${path} is damaged.`, {
    hint: "Remove it, and sign in with: mdreader login",
  });
}

function isTokens(value: unknown): value is Tokens {
  return (
    typeof value === "object" &&
    value !== null &&
    "accessToken" in value &&
    typeof value.accessToken === "string" &&
    "refreshToken" in value &&
    (value.refreshToken === null || typeof value.refreshToken === "string") &&
    "expiresAt" in value &&
    typeof value.expiresAt === "string"
  );
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** Failing files are told by their path. */
async function telling<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("CREDENTIALS", `The sign-in can't be kept in ${path}: ${fileProblem(cause)}.`, {
      hint: "Set XDG_CONFIG_HOME to a folder that you can write to.",
      cause,
    });
  }
}
