import type { Operation } from "@trpc/client";

const name = "idempotencyKey";

/**
 * Options of a mutation with an idempotency key of your own, which you can send again even after a restart of your
 * program: the call takes effect once. Without it, the client chooses a key for each call.
 */
export const withIdempotencyKey = (key: string) => ({ context: { [name]: key } });

/** The keys of mutations, by their context, which stays the same across retries. */
const keys = new WeakMap<Operation["context"], string>();

/** Returns the key of a mutation, which is the same in all of its attempts. Null for other calls. */
export function findIdempotencyKey({ type, context }: Operation): string | null {
  if (type !== "mutation") return null;
  const own = context[name];
  const key = typeof own === "string" ? own : (keys.get(context) ?? createKey());
  keys.set(context, key);
  return key;
}

/** Browsers have `randomUUID` only on pages from HTTPS or localhost. */
function createKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
