import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { root } from "./config.ts";
import { procedures } from "./procedures.ts";

/** Procedures whose code is not at their path, each with the reason. */
const exceptions: Record<string, string> = {
  // Live editing is a separate module: the operation log and everything derived from it.
  "document.push": "document/collab",
  "document.pull": "document/collab",
  "document.changes": "document/collab",
  "document.applyText": "document/collab",
  // Callers use these as verbs of a document; the code belongs to a feature.
  "document.search": "document/search",
  "document.blame": "document/version",
  "document.resolveLink": "document/link",
  "document.suggestLinks": "document/link",
  "document.backlinks": "document/link",
  "document.countMovedLinks": "document/link",
  "document.updateMovedLinks": "document/link",
  "document.import": "document/transfer",
  "document.export": "document/transfer",
};
/** Routers that are declared in the file of another router. */
const declaredIn: Record<string, string> = { "auth/session": "auth", "auth/api-key": "auth" };

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const folderOf = (procedure: string) =>
  exceptions[procedure] ?? procedure.split(".").slice(0, -1).map(kebab).join("/");
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

it.each([...procedures.keys()])("the code of %s is at its path", (procedure) => {
  const folder = folderOf(procedure);
  const verb = procedure.split(".").at(-1) ?? "";
  const router = read("packages/api/src", declaredIn[folder] ?? folder, "router.ts");
  expect(router).toMatch(new RegExp(`\\b${verb}(:|Router|,)| ${verb} =`));
});

it("lists no unnecessary exceptions", () => {
  const names = new Set(procedures.keys());
  for (const [procedure, folder] of Object.entries(exceptions)) {
    expect(names).toContain(procedure);
    expect(existsSync(join(root, "packages/api/src", folder, "router.ts"))).toBe(true);
  }
});
