import { createTestDatabase } from "@mdreader/db/testing";
import { expect, test } from "vitest";

import { temporaryFolder } from "../test/serve.ts";
import { hostileRequests, requests } from "../test/torture/requests.ts";

test("hostile requests get answers with a reason, and the process lives", { timeout: 600_000 }, async () => {
  await using made = new AsyncDisposableStack();
  const database = made.use(await createTestDatabase());
  const { strangers, files, documents } = hostileRequests;
  const { outcomes, isAlive, errors } = await requests(
    { DATA_DIR: await temporaryFolder(made), DATABASE_URL: database.url },
    // What updates do is tried beside the document store.
    [...strangers, ...files, ...documents],
  );
  expect(isAlive).toBe(true);
  expect(outcomes.filter(({ answers }) => /\b500\b|INTERNAL/.test(answers))).toEqual([]);
  expect(errors).not.toMatch(/unexpected error|uncaught/);
  const answersTo = (name: string) => outcomes.find((one) => one.name.includes(name))?.answers;
  expect(answersTo("sign-in form")).toBe("413 PAYLOAD_TOO_LARGE");
  expect(answersTo("brackets, without")).toBe("10 × 413 PAYLOAD_TOO_LARGE");
  expect(answersTo("brackets, signed in")).toBe("400 BAD_INPUT");
  expect(answersTo("100 bodies")).toBe("100 × 413");
  expect(answersTo("id is infinite")).toBe("200 afterwards, 300 × BAD_INPUT");
  expect(answersTo("tRPC can't parse")).toBe("200 afterwards, 100 × BAD_INPUT");
  expect(answersTo("117 bytes")).toBe("is damaged");
  expect(answersTo("names that deceive")).toBe("3 × 400 BAD_INPUT");
});
