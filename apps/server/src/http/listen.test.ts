import { expect, test } from "vitest";

import { listen } from "./listen.ts";

test("a server that is starting shows people a page that reloads, and tells programs to try again", async () => {
  const { server, port } = await listen("127.0.0.1", 0);
  const read = async (accept: string) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept } });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const page = await read("text/html,application/xhtml+xml,*/*;q=0.8");
  expect(page.status).toBe(503);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.text).toContain("<h1>MDReader is starting</h1>");
  expect(page.text).toMatch(/<meta http-equiv="refresh" content="\d+">/);
  // A sandboxed page would not reload.
  expect(page.headers.get("content-security-policy")).not.toContain("sandbox");

  const call = await read("*/*");
  expect(call.status).toBe(503);
  expect(JSON.parse(call.text)).toMatchObject({ error: { data: { reason: "UNAVAILABLE" } } });
  server.close();
});
