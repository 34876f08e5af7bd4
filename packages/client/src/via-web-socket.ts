import type { Operation } from "@trpc/client";

const name = "overSocket";

/**
 * Options of a call that goes over the WebSocket whatever else does: many small calls in a row, in order, next to the
 * subscription that they belong to.
 */
export const overSocket = () => ({ context: { [name]: true } });

export const usesWebSocket = ({ context }: Pick<Operation, "context">) => context[name] === true;
