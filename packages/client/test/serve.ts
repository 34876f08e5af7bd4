import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { appRouter, authenticate, type Context, type RefreshCookie } from "@mdreader/api";
import { createTestApp, type TestApp } from "@mdreader/api/testing";
import { contractHeader, contractParam } from "@mdreader/contract";
import { createHTTPHandler } from "@trpc/server/adapters/standalone";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";

/** The procedures with a real database, served over real sockets. */
export interface Served extends AsyncDisposable {
  app: TestApp;
  url: string;
  /** Terminates all WebSocket connections, like a lost network. */
  dropSockets(): void;
}

export async function serve(): Promise<Served> {
  const app = await createTestApp();
  const context = async (
    bearer: string | null,
    refreshCookie: RefreshCookie | null,
    contract: string | undefined,
  ): Promise<Context> => ({
    ...app.services,
    credential: await authenticate(app.services, bearer),
    request: { id: "test", ipAddress: "192.0.2.1", userAgent: "test", contract, refreshCookie },
  });

  const http = createServer(
    createHTTPHandler({
      router: appRouter,
      basePath: "/trpc/",
      allowMethodOverride: true,
      maxBatchSize: 20,
      createContext: ({ req, res }) =>
        context(parseBearer(req), parseCookie(req, res), req.headers[contractHeader]?.toString()),
    }),
  );
  const wss = new WebSocketServer({ server: http, path: "/ws" });
  applyWSSHandler({
    wss,
    router: appRouter,
    createContext: ({ info }) =>
      context(info.connectionParams?.["token"] ?? null, null, info.connectionParams?.[contractParam]),
  });
  await new Promise<void>((resolve) => {
    http.listen(0, "127.0.0.1", resolve);
  });

  const dropSockets = () => {
    for (const socket of wss.clients) socket.terminate();
  };
  return {
    app,
    url: `http://127.0.0.1:${getPort(http.address())}`,
    dropSockets,
    async [Symbol.asyncDispose]() {
      dropSockets();
      http.closeAllConnections();
      await new Promise((resolve) => {
        http.close(resolve);
      });
      await app[Symbol.asyncDispose]();
    },
  };
}

function getPort(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

const parseBearer = ({ headers }: IncomingMessage) => headers.authorization?.replace(/^Bearer /, "") ?? null;

const parseCookie = (req: IncomingMessage, res: ServerResponse): RefreshCookie => ({
  read: () => /(?:^|; )refresh=([^;]+)/.exec(req.headers.cookie ?? "")?.[1] ?? null,
  write: (token) => res.setHeader("set-cookie", `refresh=${token ?? ""}; HttpOnly`),
});

/** Creates a `fetch` that records the procedures of each request. */
export function createRecordingFetch(): { fetch: typeof fetch; requests: string[][]; cut: boolean } {
  const noting = {
    requests: [] as string[][],
    /** Whether the network is down. */
    cut: false,
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      noting.requests.push(pathname.replace("/trpc/", "").split(","));
      if (noting.cut) throw new TypeError("the network is down");
      return fetch(input, init);
    },
  };
  return noting;
}

/** Creates a `fetch` that stores cookies for requests with credentials, like a browser. */
export function browserFetch(): typeof fetch {
  let cookie = "";
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    const withCookies = init?.credentials === "include";
    if (withCookies && cookie !== "") headers.set("cookie", cookie);
    const response = await fetch(input, { ...init, headers });
    const [written] = response.headers.getSetCookie();
    if (withCookies && written !== undefined) cookie = written.split(";")[0] ?? "";
    return response;
  };
}
