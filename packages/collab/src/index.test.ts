import { expect, it } from "vitest";
import * as Y from "yjs";

it("leaves Yjs as it is when it is imported; only the integration export changes it", async () => {
  const { integrate } = Y.Item.prototype;
  await import("./index.ts");
  expect(Y.Item.prototype.integrate).toBe(integrate);
  await import("./integration/index.ts");
  expect(Y.Item.prototype.integrate).not.toBe(integrate);
});
