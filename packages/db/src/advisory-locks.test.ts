import { expect, test } from "vitest";

import { advisoryLocks, advisoryLockSeeds } from "./advisory-locks.ts";

test.for([advisoryLocks, advisoryLockSeeds])("each lock has a key of its own", (keys) => {
  const values = Object.values(keys);
  expect(new Set(values).size).toBe(values.length);
});
