import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";

import { createAccountInput, password } from "../../calls.ts";
import { open } from "../../socket.ts";
import {
  readResponse,
  sendAndRead,
  type Attacker,
  type HostileRequest,
  logIn,
  send,
  repeat,
} from "./attacker.ts";

const MB = 1_000_000;

/** Sends all but the last byte of a body, on a separate connection. */
async function sendUnfinished(url: string, head: string, bytes: number) {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (text) => (answer += text));
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(
    `${head}\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
  socket.write("x".repeat(bytes - 1));
  return { socket, answer: () => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? "waiting" };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Hostile requests that need no workspace, with or without an account. */
export const strangers: HostileRequest[] = [
  {
    name: "sign-in form of 3.2 MB without a value",
    prepare: async (who) => {
      const body = "a&".repeat(1.6 * MB);
      const type = "application/x-www-form-urlencoded";
      return async () => [await send(who, "/api/v1/auth/login", body, { type, signedIn: false })];
    },
  },
  {
    name: "3.3 MB of brackets, without an account",
    prepare: async (who) => {
      const body = "[".repeat(3.3 * MB);
      return () => Promise.all(repeat(10, () => send(who, "/trpc/auth.login", body, { signedIn: false })));
    },
  },
  {
    name: "3.3 MB of brackets, signed in",
    prepare: async (who) => {
      const body = "[".repeat(3.3 * MB);
      return async () => [await send(who, "/trpc/document.create", body)];
    },
  },
  {
    name: "3 MB of 200,000 unknown fields, signed in",
    prepare: async (who) => {
      const body = JSON.stringify(Object.fromEntries(repeat(200_000, (n) => [`f${n}`, n])));
      return async () => [await send(who, "/trpc/document.create", body)];
    },
  },
  {
    name: "100 bodies of 3.3 MB minus one byte, without an account",
    prepare:
      async ({ url }) =>
      async () => {
        const begun = await Promise.all(
          repeat(100, () => sendUnfinished(url, "POST /trpc/auth.login HTTP/1.1", 3.3 * MB)),
        );
        await pause(2000);
        for (const { socket } of begun) socket.destroy();
        return begun.map(({ answer }) => answer());
      },
  },
  {
    name: "40 sockets of one person that read nothing",
    prepare: async ({ url, api, token, workspaceId }) => {
      const content = "x".repeat(1.5 * MB);
      const { id } = await api.document.create.mutate({ workspaceId, title: "Large", content });
      return async () => {
        const socketUrl = `${url.replace("http", "ws")}/ws`;
        const deaf = await Promise.all(repeat(40, () => open({ socketUrl }, token)));
        for (const socket of deaf) {
          socket.socket.pause();
          for (const n of repeat(8, (count) => count)) {
            socket.send({ id: n, method: "query", params: { path: "document.get", input: { id } } });
          }
        }
        await pause(4000);
        for (const { socket } of deaf) socket.terminate();
        return ["closed when too much is unread"];
      };
    },
  },
  {
    name: "40 requests of one person who reads no responses",
    prepare: async ({ url, api, token, workspaceId }) => {
      const content = "x".repeat(1.5 * MB);
      const { id } = await api.document.create.mutate({ workspaceId, title: "Large", content });
      const input = encodeURIComponent(JSON.stringify({ id }));
      const head = `GET /trpc/document.get?input=${input} HTTP/1.1\r\nAuthorization: Bearer ${token}`;
      return async () => {
        const deaf = await Promise.all(
          repeat(40, async () => {
            const socket = connect(Number(new URL(url).port), "127.0.0.1");
            socket.on("error", () => {}).pause();
            await once(socket, "connect");
            socket.write(`${head}\r\nHost: 127.0.0.1\r\n\r\n`.repeat(8));
            return socket;
          }),
        );
        await pause(4000);
        for (const socket of deaf) socket.destroy();
        return ["answered while there is room"];
      };
    },
  },
  {
    name: "300 calls with an infinite ID over one socket",
    prepare: async (who) =>
      sendOverSocket(who, 300, '{"id":1e999,"method":"query","params":{"path":"auth.me"}}'),
  },
  {
    name: "20 calls with IDs of 2.5 MB",
    prepare: async (who) =>
      sendOverSocket(
        who,
        20,
        JSON.stringify({ id: "x".repeat(2.5 * MB), method: "query", params: { path: "auth.me" } }),
      ),
  },
  {
    name: "100 messages that tRPC can't parse, followed by a call",
    prepare: async (who) =>
      sendOverSocket(who, 100, '{"id":1,"jsonrpc":"1.0","method":"query","params":{"path":"auth.me"}}'),
  },
  {
    name: "2.8 MB of calls without a name in one message",
    prepare: async (who) => sendOverSocket(who, 1, JSON.stringify(repeat(200_000, (id) => ({ id })))),
  },
  {
    name: "60 links with passwords by one person, and another's sign-in",
    prepare: async ({ url, api, workspaceId, email, token }) => {
      const { id: documentId } = await api.document.create.mutate({ workspaceId, title: "Shared" });
      return async () => {
        const made = repeat(60, () =>
          sendAndRead(api.document.share.create.mutate({ documentId, password })),
        );
        const signedIn = await logIn({ url, api, workspaceId, email, token });
        return [`sign-in ${signedIn}`, ...(await Promise.all(made))];
      };
    },
  },
  {
    name: "12 password resets by a stranger, then one by the account's owner",
    prepare:
      async ({ url, email }) =>
      async () => {
        const reset = async (address: string) => {
          const headers = { "content-type": "application/json", "x-forwarded-for": address };
          const body = JSON.stringify({ email });
          return readResponse(
            await fetch(`${url}/trpc/auth.requestPasswordReset`, { method: "POST", headers, body }),
          );
        };
        const byStranger = await Promise.all(repeat(12, () => reset("203.0.113.7")));
        return [`their own ${await reset("198.51.100.8")}`, ...byStranger];
      },
  },
  {
    name: "the metrics, under another name of this machine",
    prepare:
      async ({ url }) =>
      () =>
        new Promise((resolve, reject) => {
          const asked = request(`${url}/metrics`, { headers: { host: "evil.test" } }, (response) => {
            response.resume();
            resolve([String(response.statusCode)]);
          });
          asked.on("error", reject).end();
        }),
  },
  {
    name: "deceptive names",
    prepare:
      async ({ url }) =>
      () =>
        Promise.all(
          ["abc\u202edef", "\u3164\u3164\u3164", "https://evil.example"].map(async (username) => {
            const body = JSON.stringify({ ...createAccountInput(), username });
            const headers = { "content-type": "application/json" };
            return readResponse(
              await fetch(`${url}/api/v1/auth/register`, { method: "POST", headers, body }),
            );
          }),
        ),
  },
];

/** Sends a message the given number of times, and then a call that must be answered. */
async function sendOverSocket({ url, token }: Attacker, count: number, text: string) {
  const socket = await open({ socketUrl: `${url.replace("http", "ws")}/ws` }, token);
  await socket.call("query", "auth.me");
  return async () => {
    for (let n = 0; n < count; n += 1) socket.socket.send(text);
    const answer = await socket.call("query", "auth.me");
    await socket[Symbol.asyncDispose]();
    const refused = socket.messages.flatMap(({ error }) => error?.data.reason ?? []);
    return [answer.error === undefined ? "200 afterwards" : "refused afterwards", ...refused];
  };
}
