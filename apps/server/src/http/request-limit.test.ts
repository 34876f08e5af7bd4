import { AppError } from "@mdreader/api";
import { expect } from "vitest";

import { bearer, readReason, register } from "../../test/calls.ts";
import { test as base } from "../../test/test.ts";
import { createRequestLimit } from "./request-limit.ts";
import type { Headers } from "./response/headers.ts";

const test = base.extend("settings", { scope: "file" }, () => ({ env: { REQUESTS_PER_MINUTE: "5" } }));

test("requests over REST are limited per user, and responses tell how many are left", async ({ served }) => {
  const [ada, grace] = [await register(served), await register(served)];
  const ask = (token: string) => fetch(`${served.url}/api/v1/auth/me`, { headers: bearer(token) });
  const first = await ask(ada.accessToken);
  expect([first.status, first.headers.get("ratelimit-policy")]).toEqual([200, '"default";q=5;w=60']);
  expect(first.headers.get("ratelimit")).toMatch(/^"default";r=4;t=\d+$/);
  for (let count = 2; count <= 5; count += 1) expect((await ask(ada.accessToken)).status).toBe(200);
  const refused = await ask(ada.accessToken);
  expect([refused.status, refused.headers.get("ratelimit")]).toEqual([429, expect.stringContaining("r=0")]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await readReason(refused)).toBe("RATE_LIMITED");
  expect((await ask(grace.accessToken)).status).toBe(200);
  expect(await ada.api.auth.me.query()).toMatchObject({ id: ada.user.id });
});

test("a minute later, all requests are allowed again", () => {
  let time = 0;
  const limit = createRequestLimit(2, () => time);
  const headers: Headers = {};
  limit.count("ada", headers);
  limit.count("ada", headers);
  expect(() => limit.count("ada", headers)).toThrow(AppError);
  limit.count("grace", headers);
  time = 60_000;
  limit.count("ada", headers);
  expect(headers["ratelimit"]).toBe('"default";r=1;t=60');
  const none: Headers = {};
  createRequestLimit(0, () => time).count("ada", none);
  expect(none).toEqual({});
});
