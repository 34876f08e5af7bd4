import { expect } from "vitest";

import { readMetric } from "../../../test/calls.ts";
import { serve, type Served } from "../../../test/serve.ts";
import { test } from "../../../test/test.ts";

const report = {
  kind: "error",
  name: "TypeError",
  message: "Cannot read properties of undefined (reading 'ytext')",
  stack: [
    "TypeError: Cannot read properties of undefined",
    "    at openDocument (https://notes.example/assets/index-B1a2.js:1:2345)",
    "    at https://notes.example/assets/editor-C3d4.js:7:89",
    "    at chrome-extension://abc/content.js:1:1",
    "draw@https://notes.example/assets/preview-E5f6.js:3:21",
  ].join("\n"),
  route: "/w/$workspaceId/d/$documentId",
  version: "0.2.0",
};

const send = (
  { url }: Pick<Served, "url">,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${url}/browser-errors`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const readReports = ({ log }: Served) =>
  log.split("\n").flatMap((line) => (line.includes('"browser error"') ? [JSON.parse(line) as unknown] : []));

test("an error in a browser is one line in the log, with the places in the app's files, and is counted", async ({
  served,
}) => {
  expect((await send(served, report)).status).toBe(204);
  expect(readReports(served).at(-1)).toMatchObject({
    level: "warn",
    kind: "error",
    name: "TypeError",
    detail: "Cannot read properties of undefined (reading …",
    stack: [
      "openDocument /assets/index-B1a2.js:1:2345",
      "/assets/editor-C3d4.js:7:89",
      "draw /assets/preview-E5f6.js:3:21",
    ],
    route: "/w/$workspaceId/d/$documentId",
    version: "0.2.0",
  });
  expect(await readMetric(served, 'mdreader_browser_errors_total\\{kind="error"\\}')).toBeGreaterThan(0);
});

test("content, addresses and unknown fields of a report are not logged", async ({ served }) => {
  const secrets = {
    ...report,
    message:
      'Unexpected token in JSON at https://notes.example/s/private-token#x of ada@example.test "private text',
    stack: "Error: private text\n    at private text (https://notes.example/s/private-token)",
    text: "private text",
    url: "https://notes.example/reset-password#token=private",
  };
  expect((await send(served, secrets)).status).toBe(204);
  const entry = JSON.stringify(readReports(served).at(-1));
  expect(entry).toContain("Unexpected token in JSON at [address] of [email] …");
  expect(entry).not.toContain("private");
});

test.for([
  ["no JSON", "{"],
  ["a list", []],
  ["an unknown kind", { ...report, kind: "fatal" }],
  ["a name with line breaks", { ...report, name: "TypeError\nlevel=info" }],
  ["a route with an ID of a share", { ...report, route: "/s/token?x#y" }],
  ["a version with control characters", { ...report, version: "1\u001b[2J" }],
  ["a message of the wrong type", { ...report, message: { toString: "x" } }],
])("a report with %s is rejected and not logged", async ([, body], { served }) => {
  const before = readReports(served).length;
  expect((await send(served, body)).status).toBe(400);
  expect(readReports(served)).toHaveLength(before);
});

test("a report that is too large, of another type, or from another site is rejected", async ({ served }) => {
  const before = readReports(served).length;
  expect((await send(served, { ...report, more: "x".repeat(9000) })).status).toBe(413);
  expect((await send(served, report, { "content-type": "text/plain" })).status).toBe(400);
  expect((await send(served, report, { origin: "https://evil.example" })).status).toBe(404);
  const withoutOrigin = await fetch(`${served.url}/browser-errors`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(report),
  });
  expect(withoutOrigin.status).toBe(404);
  expect((await fetch(`${served.url}/browser-errors`, { headers: { origin: served.url } })).status).toBe(404);
  expect(readReports(served)).toHaveLength(before);
});

test("a flood of reports is limited per network, and in total", async () => {
  await using served = await serve({
    env: { TRUST_PROXY: "1" },
    limits: {
      browserError: { points: 3, durationSeconds: 600 },
      "browserError.total": { points: 5, durationSeconds: 600 },
    },
  });
  const from = (address: string) => send(served, report, { "x-forwarded-for": address });
  const statuses = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await from("192.0.2.1")).status);
  for (let n = 0; n < 3; n += 1) statuses.push((await from(`192.0.2.${n + 2}`)).status);
  expect(statuses).toEqual([204, 204, 204, 429, 429, 204, 204, 429]);
  expect(readReports(served)).toHaveLength(5);
});
