import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

import { afterAll, describe, expect, test } from "vitest";

import { createPlainClient, register } from "../../test/calls.ts";
import { serve, type Served } from "../../test/serve.ts";

const made = new AsyncDisposableStack();
afterAll(() => made.disposeAsync());

/** An SMTP server that records received mails. `refusals` are its first replies to a recipient. */
async function startMailServer(refusals: string[] = []) {
  const mails: string[] = [];
  const server: Server = createServer((socket) => {
    serveSmtp(socket, refusals, mails);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  made.defer(async () => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { mails, url: `smtp://127.0.0.1:${address.port}` };
}

function serveSmtp(socket: Socket, refusals: string[], mails: string[]): void {
  let text = "";
  let isData = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  socket.setEncoding("utf8").on("error", () => {});
  say("220 test");
  socket.on("data", (chunk) => {
    text += chunk;
    for (;;) {
      const end = isData ? "\r\n.\r\n" : "\r\n";
      const at = text.indexOf(end);
      if (at === -1) return;
      const part = text.slice(0, at);
      text = text.slice(at + end.length);
      if (isData) {
        isData = false;
        mails.push(part.replaceAll("=\r\n", "").replaceAll("=3D", "="));
        say("250 taken");
      } else if (part.startsWith("RCPT")) say(refusals.shift() ?? "250 ok");
      else if (part === "DATA") {
        isData = true;
        say("354 go on");
      } else say(part === "QUIT" ? "221 bye" : "250 ok");
    }
  });
}

const isAbout = (seconds: number) => (value: number) => value > seconds - 60 && value <= seconds;

describe("mails", () => {
  test("are sent to the mail server with their link", async () => {
    const smtp = await startMailServer();
    await using served = await serve({
      env: { SMTP_URL: smtp.url, MAIL_FROM: "Notes <notes@example.test>" },
    });
    const { email } = await register(served);
    await expect.poll(() => smtp.mails.length).toBe(1);
    expect(smtp.mails[0]).toContain(`To: ${email}`);
    expect(smtp.mails[0]).toContain("From: Notes <notes@example.test>");
    expect(smtp.mails[0]).toContain(`${served.url}/verify-email#token=`);
    expect((await fetch(`${served.url}/dev/mails`)).status).toBe(404);
  });

  test("are retried after a temporary rejection", async () => {
    const smtp = await startMailServer(["451 try again later"]);
    await using served = await serve({
      env: { SMTP_URL: smtp.url },
      mailRetries: { delaySeconds: 1, pollSeconds: 1 },
    });
    await register(served);
    await expect.poll(() => smtp.mails.length).toBe(1);
  });

  test("that could not be delivered can be retried until their link expires, and no longer", async () => {
    const smtp = await startMailServer(["451 try again later", "451 try again later"]);
    await using served = await serve({
      env: { SMTP_URL: smtp.url },
      mailRetries: { delaySeconds: 5, pollSeconds: 1 },
    });
    const { sql } = served.database.database;
    /** The seconds that each mail is kept once it has ended. */
    const readRetentions = async () => {
      const rows = await sql<{ kind: string; seconds: number }[]>`
        select data ->> 'kind' as kind, deletion_seconds as seconds from pgboss.job where name = 'mail'`;
      return Object.fromEntries(rows.map(({ kind, seconds }) => [kind, seconds]));
    };
    const { email } = await register(served);
    await expect.poll(readRetentions).toMatchObject({ verifyEmail: expect.toSatisfy(isAbout(3 * 86_400)) });
    await createPlainClient(served).auth.requestPasswordReset.mutate({ email });
    await expect.poll(readRetentions).toMatchObject({ resetPassword: expect.toSatisfy(isAbout(3600)) });
    await expect.poll(() => smtp.mails.length).toBe(2);
    await expect.poll(readRetentions).toEqual({ verifyEmail: 60, resetPassword: 60 });
  });

  test("are dropped after a permanent rejection", async () => {
    const smtp = await startMailServer(["550 no such user"]);
    await using served = await serve({ env: { SMTP_URL: smtp.url } });
    await register(served);
    await expect.poll(() => served.log).toContain("rejected the mail permanently");
    const { email } = await register(served);
    await expect.poll(() => smtp.mails.length).toBe(1);
    expect(smtp.mails[0]).toContain(email);
  });

  test("are stored locally without a mail server, with working links", async () => {
    await using served = await serve();
    const { email, api } = await register(served);
    await expect.poll(async () => (await readStoredMails(served)).length).toBe(1);
    const [mail] = await readStoredMails(served);
    expect(mail).toMatchObject({ to: email, subject: "Confirm your email address" });
    const token = /#token=([\w-]+)/.exec(mail?.text ?? "")?.[1] ?? "";
    await createPlainClient(served).auth.verifyEmail.mutate({ token });
    expect(await api.auth.me.query()).toMatchObject({ emailVerified: true });
    expect(served.log).toContain("mail stored locally");
    expect(served.log).not.toContain(token);
    expect(
      await (await fetch(`${served.url}/dev/mails`, { headers: { accept: "text/html" } })).text(),
    ).toContain(email);
  });

  test("are shown only to this machine under its own names, and never in production", async () => {
    await using served = await serve({ env: { TRUST_PROXY: "1" } });
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${served.url}/dev/mails`, { headers })).status;
    expect(await status({})).toBe(200);
    expect(await status({ "x-forwarded-for": "192.0.2.7" })).toBe(404);
    const { request } = await import("node:http");
    const rebound = await new Promise((resolve) => {
      request(`${served.url}/dev/mails`, { headers: { host: "evil.example" } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    expect(rebound).toBe(404);
    await using production = await serve({ env: { NODE_ENV: "production" } });
    expect((await fetch(`${production.url}/dev/mails`)).status).toBe(404);
  });

  const readStoredMails = async ({ url }: Served) => {
    const answer = await fetch(`${url}/dev/mails`, { headers: { accept: "application/json" } });
    const { items } = (await answer.json()) as { items: { to: string; subject: string; text: string }[] };
    return items;
  };
});
