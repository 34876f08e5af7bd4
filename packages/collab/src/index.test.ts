import { expect, it } from "vitest";
import * as Y from "yjs";

it("does not patch Yjs when imported; only the integration export does", async () => {
  const { integrate } = Y.Item.prototype;
  await import("./index.ts");
  expect(Y.Item.prototype.integrate).toBe(integrate);
  await import("./integration/index.ts");
  expect(Y.Item.prototype.integrate).not.toBe(integrate);
});
