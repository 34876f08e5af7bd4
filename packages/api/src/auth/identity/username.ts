import { randomInt } from "node:crypto";

import { username } from "@mdreader/contract";

import type { VerifiedIdentity } from "./verified-identity.ts";

/** Leaves room for a number. In characters. */
const maxBaseLength = 44;

/**
 * Yields usernames for a new account, the best first: what the provider calls the person, else the name before the `@`
 * of their address, then with a number.
 */
export function* suggestUsernames({
  preferredUsername,
  email,
  name,
}: Pick<VerifiedIdentity, "preferredUsername" | "email" | "name">): Generator<string> {
  const candidates = [preferredUsername, email, name].map((text) => text?.split("@", 1)[0] ?? "");
  const base = candidates.map(toUsername).find((candidate) => candidate !== null) ?? "user";
  if (base !== "user") yield base;
  for (;;) yield `${base}-${randomInt(1000, 100_000)}`;
}

function toUsername(text: string): string | null {
  const parsed = username.safeParse(text.trim().slice(0, maxBaseLength));
  return parsed.success ? parsed.data : null;
}
