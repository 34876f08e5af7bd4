import { type ByteBudget, type ByteLimits, createByteBudget } from "./byte-budget.ts";

/** Limits for the memory of connections: received bodies and messages, and responses that clients have not read. */
export interface MemoryLimits {
  /** Before sign-in, per network. */
  unauthenticated: ByteLimits;
  /** After sign-in, per user. */
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
