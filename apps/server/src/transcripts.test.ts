import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";

import { expect } from "vitest";
import { WebSocket } from "ws";

import { createPlainClient, password } from "../test/calls.ts";
import { test as base } from "../test/test.ts";
import { root } from "./installation.ts";

/** A line of a transcript: what the client sends, what the server sends, or what happens meanwhile. */
interface Line {
  kind: ">" | "<" | "#";
  text: string;
}

async function readTranscripts(kind: string): Promise<Line[][]> {
  const guide = await readFile(join(root, "docs/api.md"), "utf8");
  return [...guide.matchAll(/^```transcript (\w+)\n([^`]*)^```/gm)].flatMap(([, name, body = ""]) =>
    name === kind ? [body.trimEnd().split("\n").map(parseLine)] : [],
  );
}

function parseLine(line: string): Line {
  const [kind] = line;
  if (kind !== ">" && kind !== "<" && kind !== "#") throw new Error(`not a line of a transcript: ${line}`);
  return { kind, text: line.slice(2) };
}

const test = base
  .extend("ada", { scope: "file" }, async ({ served }) => {
    const { accessToken } = await createPlainClient(served).auth.register.mutate({
      email: "ada@example.test",
      username: "ada",
      password,
    });
    const api = createPlainClient(served, accessToken);
    const { id } = await api.workspace.create.mutate({ name: "Handbook" });
    return {
      api,
      workspaceId: id,
      values: new Map([
        ["TOKEN", accessToken],
        ["WORKSPACE", id],
      ]),
    };
  })
  .extend("act", ({ ada: { api, workspaceId } }) => async (what: string) => {
    const title = /^Ada creates the document (\w+)$/.exec(what)?.[1];
    if (title === undefined) throw new Error(`unknown step: ${what}`);
    await api.document.create.mutate({ workspaceId, title });
  })
  .extend(
    "fill",
    ({ ada: { values } }) =>
      (text: string) =>
        text.replaceAll(/\$([A-Z]+)/g, (name, key: string) => values.get(key) ?? name),
  )
  /** Compares a received line with the documented one, whose unknown variables take the received value. */
  .extend("compare", ({ ada: { values }, fill }) => (received: string, documented: string) => {
    const wanted = fill(documented);
    if (!wanted.startsWith("{")) {
      expect(received).toBe(wanted);
      return;
    }
    expect(JSON.parse(received)).toMatchObject(
      JSON.parse(wanted, (_, value: unknown) =>
        value === "…" || value === "$EVENT" ? expect.any(String) : value,
      ),
    );
    const event = /"id":"([^"]+)"/.exec(received)?.[1];
    if (wanted.includes("$EVENT") && event !== undefined) values.set("EVENT", event);
  });

test("the transcript of a WebSocket in the guide is what the server does", async ({
  served,
  fill,
  compare,
  act,
}) => {
  const [lines = []] = await readTranscripts("ws");
  const socket = new WebSocket(`${served.socketUrl}?connectionParams=1`);
  const received: string[] = [];
  socket.on("message", (data) => Buffer.isBuffer(data) && received.push(data.toString()));
  await once(socket, "open");
  for (const { kind, text } of lines) {
    if (kind === ">") socket.send(fill(text));
    else if (kind === "#") await act(text);
    else {
      await expect.poll(() => received.length).toBeGreaterThan(0);
      compare(received.shift() ?? "", text);
    }
  }
  expect([lines.length > 0, received]).toEqual([true, []]);
  socket.terminate();
});

test("the transcripts over HTTP in the guide are what the server does", async ({
  served,
  fill,
  compare,
  act,
}) => {
  const transcripts = await readTranscripts("http");
  expect(transcripts).toHaveLength(2);
  for (const lines of transcripts) {
    const sent = lines.filter(({ kind }) => kind === ">").map(({ text }) => fill(text));
    const [method = "", address = ""] = sent[0]?.split(" ") ?? [];
    const blank = sent.indexOf("");
    const headers = Object.fromEntries(sent.slice(1, blank).map((line) => line.split(": ")));
    const outgoing = request(new URL(address, served.url), { method, headers, agent: false });
    outgoing.end(sent.slice(blank + 1).join("\n"));
    const [response] = (await once(outgoing, "response")) as [IncomingMessage]; // the arguments of the event
    let body = "";
    response.on("data", (chunk: Buffer) => (body += chunk.toString()));

    const rest = lines.filter(({ kind }) => kind !== ">");
    const head = rest.findIndex(({ text }) => text === "");
    expect(String(response.statusCode)).toBe(rest[0]?.text);
    for (const { text } of rest.slice(1, head)) {
      const [name = "", value] = text.split(": ");
      expect(response.headers[name]).toBe(value);
    }
    for (const { kind, text } of rest.slice(head + 1)) {
      if (kind === "#") {
        await act(text);
        continue;
      }
      // Messages of different subscriptions may be mixed.
      await expect.poll(() => body.split("\n").some((line) => isDocumented(line, text))).toBe(true);
    }
    response.destroy();
  }

  function isDocumented(received: string, documented: string): boolean {
    const [field = ""] = documented.split(" ");
    if (!received.startsWith(`${field} `)) return false;
    const [text, value] = [received, documented].map((line) => line.slice(field.length + 1));
    if (text === undefined || value === undefined || value === "…") return true;
    try {
      compare(text, value);
      return true;
    } catch {
      return false;
    }
  }
});
