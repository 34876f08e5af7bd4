import { expect, test } from "vitest";

import { createServerDatabase, createTemporaryFolder } from "../test/serve.ts";
import { hostileRequests, sendHostileRequests } from "../test/torture/requests.ts";

test(
  "hostile requests receive errors with a reason, and the process survives",
  { timeout: 600_000 },
  async () => {
    await using made = new AsyncDisposableStack();
    const database = made.use(await createServerDatabase());
    const { strangers, files, documents, updates } = hostileRequests;
    const { outcomes, isAlive, errors } = await sendHostileRequests(
      { DATA_DIR: await createTemporaryFolder(made), DATABASE_URL: database.url },
      [...strangers, ...files, ...documents, ...updates],
    );
    expect(isAlive).toBe(true);
    expect(outcomes.filter(({ answers }) => /\b500\b|INTERNAL/.test(answers))).toEqual([]);
    expect(errors).not.toMatch(/unexpected error|uncaught/);
    const answersTo = (name: string) => outcomes.find((one) => one.name.includes(name))?.answers;
    expect(answersTo("sign-in form")).toBe("413 PAYLOAD_TOO_LARGE");
    expect(answersTo("brackets, without")).toBe("10 × 413 PAYLOAD_TOO_LARGE");
    expect(answersTo("brackets, signed in")).toBe("400 BAD_INPUT");
    expect(answersTo("100 bodies")).toBe("100 × 413");
    expect(answersTo("infinite ID")).toBe("200 afterwards, 300 × BAD_INPUT");
    expect(answersTo("tRPC can't parse")).toBe("200 afterwards, 100 × BAD_INPUT");
    expect(answersTo("password resets")).toBe("their own 200, 10 × 200, 2 × 429 RATE_LIMITED");
    expect(answersTo("the metrics")).toBe("404");
    expect(answersTo("117 bytes")).toBe("is damaged");
    expect(answersTo("compressed bytes are damaged")).toBe("is damaged");
    expect(answersTo("beyond its end")).toBe("is damaged");
    expect(answersTo("interlaced PNG")).toBe("404");
    expect(answersTo("damaged picture")).toBe("20 × 404");
    expect(answersTo("permanently deleted bytes")).toBe("409 UPLOAD_INCOMPLETE");
    expect(answersTo("203 files")).toBe("51 × 200, 152 × 413 QUOTA_EXCEEDED");
    expect(answersTo("may not read")).toBe("3 × 200 without the text");
    expect(answersTo("never existed")).toBe("2 × 400 BAD_CURSOR, 3 × 400 BAD_INPUT");
    expect(answersTo("does not link to")).toBe("3 × 404 NOT_FOUND");
    expect(answersTo("origin is itself")).toBe("400 BAD_UPDATE, then 200, list 200");
    expect(answersTo("name each other")).toBe("409 UPDATE_GAP, then 200, list 200");
    expect(answersTo("in two blocks")).toBe("400 BAD_UPDATE, then 200, list 200");
    expect(answersTo("131,000 letters")).toBe("400 BAD_UPDATE, then 200, list 200");
    expect(answersTo("65,000 letters")).toBe("200, then 200, list 200");
    expect(answersTo("every second letter")).toBe("200, then 200");
    expect(answersTo("struct of 2^31")).toBe("400 BAD_UPDATE, then 200, list 200");
    expect(answersTo("deceptive names")).toBe("3 × 400 BAD_INPUT");
  },
);
