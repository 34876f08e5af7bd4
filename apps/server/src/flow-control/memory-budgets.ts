import { type ByteBudget, type ByteLimits, createByteBudget } from "./byte-budget.ts";
import {
  createResponseBudget,
  defaultResponseLimits,
  type ResponseBudget,
  type ResponseLimits,
} from "./response-budget.ts";

/** Limits for the memory of connections: received bodies and messages, and responses that clients have not read. */
export interface MemoryLimits {
  /** Before sign-in, per network. */
  unauthenticated: ByteLimits;
  /** After sign-in, per user. */
  authenticated: ByteLimits;
  /** Responses that are being built or have not been read, per user; per network before sign-in. */
  responses: ResponseLimits;
}

const MiB = 1024 * 1024;

export const defaultMemoryLimits: MemoryLimits = {
  unauthenticated: { perOwner: 4 * MiB, total: 32 * MiB },
  authenticated: { perOwner: 32 * MiB, total: 256 * MiB },
  responses: defaultResponseLimits,
};

export interface MemoryBudgets {
  unauthenticated: ByteBudget;
  authenticated: ByteBudget;
  responses: ResponseBudget;
}

export function createMemoryBudgets(limits: MemoryLimits): MemoryBudgets {
  const authenticated = createByteBudget(limits.authenticated);
  return {
    unauthenticated: createByteBudget(limits.unauthenticated),
    authenticated,
    responses: createResponseBudget(authenticated, limits.responses),
  };
}
