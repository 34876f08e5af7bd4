import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "vitest";

import { test } from "../../../test/test.ts";

const run = promisify(execFile);
const folder = join(import.meta.dirname, "../../../test/rest-client");

/** Runs a program of that package. @throws Error with its output. */
const tool = (name: string, ...args: string[]) =>
  run(join(folder, "node_modules/.bin", name), args, { cwd: folder }).catch(
    (error: Error & { stdout?: string }) => {
      throw new Error(`${name}: ${error.stdout}${error.message}`);
    },
  );

test("a client generated from the OpenAPI description compiles and calls the API end to end", async ({
  served,
}) => {
  await tool("openapi-typescript", `${served.url}/openapi.json`, "--output", "dist/schema.d.ts");
  await tool("tsc", "-p", ".");
  const { stdout } = await run(process.execPath, ["program.ts", served.url], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual({
    undocumented: [],
    foreign: "NOT_FOUND",
    members: ["editor", "owner"],
    mine: [["Handbook", "editor"]],
    merged: ["one, by Ada\ntwo\nthree, by Grace\n", []],
    texts: ["one, by Ada\ntwo\nthree, by Grace\n", "plan\n"],
    found: ["Release checklist"],
    refusals: ["ROLE_TOO_LOW", "SCOPE_MISSING", "SESSION_ENDED"],
    keyed: "Release checklist",
    statuses: [204, 204],
    trash: ["Release checklist"],
    restored: true,
  });
});
