import { type AppError, toAppError } from "@mdreader/api";

import type { Member, Scene } from "./scene.ts";
import type { ServerProcess } from "./server.ts";

type Reason = AppError["reason"];

/** Reasons for which a call may be refused, known before it or after. */
export type Expected = readonly Reason[] | (() => readonly Reason[]);

/**
 * Calls a server. A refusal is a surprise but for the reasons that there are for it; nobody hears the answer of a server that
 * was killed, or one about a past that was lost meanwhile.
 *
 * @returns Null without an answer.
 */
export async function call<T>(
  scene: Scene,
  process: ServerProcess,
  what: string,
  expected: Expected,
  work: () => Promise<T>,
): Promise<T | null> {
  const { past } = scene;
  const { rewinds } = past;
  const line = scene.servers.find((slot) => slot.process === process)?.line() ?? null;
  const losses = line?.losses;
  try {
    const answer = await work();
    return past.rewinds === rewinds ? answer : null;
  } catch (error) {
    // What is left of a server that was killed says nothing that anyone hears.
    if (!scene.servers.some((slot) => slot.process === process)) return null;
    const { reason, cause } = toAppError(error);
    scene.world.note(`${what} is refused: ${reason}`);
    const hasLost = line !== null && line.losses !== losses;
    const allowed = typeof expected === "function" ? expected() : expected;
    const isExpected =
      allowed.includes(reason) || (hasLost && reason === "UNAVAILABLE") || past.rewinds !== rewinds;
    if (!isExpected)
      scene.surprises.push(`${what} is refused: ${reason} ${cause instanceof Error ? cause.message : ""}`);
    return null;
  }
}

/** What someone may be told who may not edit, or may not for a moment. */
export function mayBeRefused(member: Member, ...others: Reason[]): () => Reason[] {
  const before = isFree(member);
  return () => [...others, ...(before && isFree(member) ? [] : (["ROLE_TOO_LOW", "NOT_FOUND"] as const))];
}

const isFree = ({ role, isChanging }: Member) => role === "editor" && !isChanging;

/** What someone may be told who may not read, or may not for a moment. */
export function mayBeHidden(member: Member): () => Reason[] {
  const isPresent = () => member.role !== "none" && !member.isChanging;
  const before = isPresent();
  return () => (before && isPresent() ? [] : ["NOT_FOUND"]);
}

export function take<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`There is no ${index}.`);
  return found;
}
