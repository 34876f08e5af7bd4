import { type ByteBudget, type ByteLimits, createByteBudget } from "./byte-budget.ts";

/** How much connections may hold in memory: what has come of bodies and messages, and what has not been taken of answers. */
export interface MemoryLimits {
  /** Before sign-in, by network. */
  unauthenticated: ByteLimits;
  /** After it, by person. */
  authenticated: ByteLimits;
}

const MiB = 1024 * 1024;

export const defaultMemoryLimits: MemoryLimits = {
  unauthenticated: { perOwner: 4 * MiB, total: 32 * MiB },
  authenticated: { perOwner: 32 * MiB, total: 256 * MiB },
};

export interface MemoryBudgets {
  unauthenticated: ByteBudget;
  authenticated: ByteBudget;
}

export const createMemoryBudgets = ({ unauthenticated, authenticated }: MemoryLimits): MemoryBudgets => ({
  unauthenticated: createByteBudget(unauthenticated),
  authenticated: createByteBudget(authenticated),
});
