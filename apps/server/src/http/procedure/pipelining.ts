import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The newest response of each connection. */
const newest = new WeakMap<Socket, ServerResponse>();

/**
 * Resolves when the previous response of the connection has been sent. A client may send requests without waiting for
 * responses, which are sent in order. If a later one were built first, it would fill the memory while it waits for the
 * earlier one. Must be called when the request arrives.
 */
export async function waitForPreviousResponse(
  { socket }: Pick<IncomingMessage, "socket">,
  response: ServerResponse,
): Promise<void> {
  const previous = newest.get(socket);
  newest.set(socket, response);
  if (previous === undefined || previous.closed || previous.writableFinished) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      previous.off("close", done);
      socket.off("close", done);
      resolve();
    };
    previous.on("close", done);
    socket.on("close", done);
  });
}
