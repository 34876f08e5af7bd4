import { type AppError, toAppError } from "@mdreader/api";

import type { Member, Scene } from "./scene.ts";
import type { ServerProcess } from "./server.ts";

type Reason = AppError["reason"];

/** The reasons for which a call may be rejected, known before or after the call. */
export type Expected = readonly Reason[] | (() => readonly Reason[]);

/**
 * Calls a server. An unexpected rejection is recorded as a surprise. Responses are ignored if the server was killed, or if the
 * history that they describe was lost meanwhile.
 *
 * @returns Null without a response.
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
  const network = scene.servers.find((slot) => slot.process === process)?.network() ?? null;
  const losses = network?.losses;
  try {
    const answer = await work();
    return past.rewinds === rewinds ? answer : null;
  } catch (error) {
    // Errors in the remains of a killed server reach no one.
    if (!scene.servers.some((slot) => slot.process === process)) return null;
    const { reason, cause } = toAppError(error);
    scene.scheduler.note(`${what} is refused: ${reason}`);
    const hasLost = network !== null && network.losses !== losses;
    const allowed = typeof expected === "function" ? expected() : expected;
    const isExpected =
      allowed.includes(reason) || (hasLost && reason === "UNAVAILABLE") || past.rewinds !== rewinds;
    if (!isExpected)
      scene.surprises.push(`${what} is rejected: ${reason} ${cause instanceof Error ? cause.message : ""}`);
    return null;
  }
}

/** The possible rejections of a member who cannot edit, at least temporarily. */
export function listPossibleRefusals(member: Member, ...others: Reason[]): () => Reason[] {
  const before = isFree(member);
  return () => [...others, ...(before && isFree(member) ? [] : (["ROLE_TOO_LOW", "NOT_FOUND"] as const))];
}

const isFree = ({ role, isChanging }: Member) => role === "editor" && !isChanging;

/** The possible rejections of a member who cannot read, at least temporarily. */
export function listPossibleHidings(member: Member): () => Reason[] {
  const isPresent = () => member.role !== "none" && !member.isChanging;
  const before = isPresent();
  return () => (before && isPresent() ? [] : ["NOT_FOUND"]);
}

export function take<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`There is no ${index}.`);
  return found;
}
