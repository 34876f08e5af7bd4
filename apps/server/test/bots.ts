import { setTimeout as delay } from "node:timers/promises";

import type { AppRouter } from "@mdreader/api";
import { createClient } from "@mdreader/client";
import { watchPresence } from "@mdreader/client/live";
import { presenceEvent, type PresenceEvent } from "@mdreader/contract";
import {
  createTRPCClient,
  createWSClient,
  httpSubscriptionLink,
  type TRPCClient,
  type TRPCLink,
  wsLink,
} from "@trpc/client";
import { z } from "zod";

import { createEventSource } from "./event-source.ts";
import { open, type TestSocket } from "./socket.ts";

/** The document that a bot follows, and the address that it reports to. */
export interface Assignment {
  url: string;
  token: string;
  workspaceId: string;
  documentId: string;
  onEvent(seq: number): void;
  onPresence(event: PresenceEvent): void;
  onError(error: unknown): void;
}

/** A bot that follows a workspace and a document until it is stopped. Servers may end meanwhile. */
export type StartBot = (assignment: Assignment) => () => Promise<unknown> | void;

/** Follows with tRPC's own links, without the client of this repository. */
function startPlainBot(
  { workspaceId, documentId, onEvent, onPresence, onError }: Assignment,
  link: TRPCLink<AppRouter>,
): void {
  const api: TRPCClient<AppRouter> = createTRPCClient<AppRouter>({ links: [link] });
  const after = { workspaceId, after: 0 };
  api.workspace.events.subscribe(after, { onData: ({ data }) => onEvent(data.seq), onError });
  api.presence.stream.subscribe({ documentId, clientId: 1 }, { onData: onPresence, onError });
}

const trackedEvent = z.object({ id: z.string(), data: z.object({ seq: z.int() }) });

export const bots: Record<string, StartBot> = {
  "the client"({ url, token, workspaceId, documentId, onEvent, onPresence, onError }) {
    const client = createClient({ url, token });
    const after = { workspaceId, after: 0 };
    client.workspace.events.subscribe(after, { onData: ({ data }) => onEvent(data.seq), onError });
    const follow = async () => {
      for await (const event of watchPresence(client, documentId)) onPresence(event);
    };
    follow().catch(onError);
    return () => client.close();
  },

  "tRPC over a WebSocket"(assignment) {
    const { url, token } = assignment;
    const client = createWSClient({
      url: `${url.replace(/^http/, "ws")}/ws`,
      connectionParams: { token },
      retryDelayMs: () => 200,
    });
    startPlainBot(assignment, wsLink({ client }));
    return () => client.close();
  },

  "tRPC over HTTP"(assignment) {
    const { url, token } = assignment;
    const EventSource = createEventSource(token);
    const opened = new Set<InstanceType<typeof EventSource>>();
    class Recorded extends EventSource {
      constructor(address: string | URL) {
        super(address);
        opened.add(this);
      }
    }
    startPlainBot(assignment, httpSubscriptionLink({ url: `${url}/trpc`, EventSource: Recorded }));
    return () => opened.forEach((one) => one.close());
  },

  "JSON over a WebSocket"({ url, token, workspaceId, documentId, onEvent, onPresence, onError }) {
    const socketUrl = `${url.replace(/^http/, "ws")}/ws`;
    let socket: TestSocket | undefined;
    const stopped = new AbortController();
    let lastEventId: string | undefined;
    /** Reads one connection to its end. */
    async function follow(): Promise<void> {
      socket = await open({ socketUrl }, token);
      const subscribe = (id: number, params: object) => socket?.send({ id, method: "subscription", params });
      subscribe(1, { path: "workspace.events", input: { workspaceId, after: 0 }, lastEventId });
      subscribe(2, { path: "presence.stream", input: { documentId, clientId: 1 } });
      for (;;) {
        const { id, result, error } = await socket.next();
        if (error !== undefined) onError(error);
        if (result?.type !== "data") continue;
        if (id === 2) onPresence(presenceEvent.parse(result.data));
        else {
          const event = trackedEvent.parse(result.data);
          lastEventId = event.id;
          onEvent(event.data.seq);
        }
      }
    }
    const followOn = async () => {
      while (!stopped.signal.aborted) {
        await follow().catch(() => {});
        await delay(200);
      }
    };
    const done = followOn();
    return () => {
      stopped.abort();
      socket?.socket.terminate();
      return done;
    };
  },
};
