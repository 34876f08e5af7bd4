import type { Operation } from "@trpc/client";

const name = "overSocket";

/**
 * Options of a call that always uses the WebSocket: for many small calls in order, on the connection of the subscription
 * that they belong to.
 */
export const overSocket = () => ({ context: { [name]: true } });

export const usesWebSocket = ({ context }: Pick<Operation, "context">) => context[name] === true;
