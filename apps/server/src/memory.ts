import { type ByteBudget, type ByteLimits, createByteBudget } from "./byte-budget.ts";

/** How much connections may hold in memory: what has come of bodies and messages, and what has not been taken of answers. */
export interface MemoryLimits {
  /** Before sign-in, by network. */
  strangers: ByteLimits;
  /** After it, by person. */
  callers: ByteLimits;
}

const MiB = 1024 * 1024;

export const defaultMemoryLimits: MemoryLimits = {
  strangers: { perOwner: 4 * MiB, total: 32 * MiB },
  callers: { perOwner: 32 * MiB, total: 256 * MiB },
};

export interface MemoryBudgets {
  strangers: ByteBudget;
  callers: ByteBudget;
}

export const createMemoryBudgets = ({ strangers, callers }: MemoryLimits): MemoryBudgets => ({
  strangers: createByteBudget(strangers),
  callers: createByteBudget(callers),
});
