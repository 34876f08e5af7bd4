import { createHmac, type KeyObject, randomInt } from "node:crypto";

import { userCodeLength, userCodeLetters } from "@mdreader/contract";

import type { Ports } from "../../ports.ts";
import { deriveSigningKeys } from "../signing-keys.ts";

/** Creates a user code, without its hyphen. There are 20^8 of them. */
export const createUserCode = (): string =>
  Array.from({ length: userCodeLength }, () => userCodeLetters[randomInt(userCodeLetters.length)]).join("");

/** Adds the hyphen with which people read a code. */
export const formatUserCode = (code: string): string =>
  `${code.slice(0, userCodeLength / 2)}-${code.slice(userCodeLength / 2)}`;

/**
 * Hashes a user code with a key, so that the database alone does not reveal it.
 * @returns The hash to store, and those to look for while the root secret is replaced.
 */
export function hashUserCode(
  { settings }: Pick<Ports, "settings">,
  code: string,
): { stored: Uint8Array; accepted: Uint8Array[] } {
  const { current, previous } = deriveSigningKeys(settings, "device user code");
  const hash = (key: KeyObject): Uint8Array => createHmac("sha256", key).update(code).digest();
  const stored = hash(current);
  return { stored, accepted: previous === null ? [stored] : [stored, hash(previous)] };
}
