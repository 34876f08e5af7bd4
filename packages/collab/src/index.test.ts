import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect, it } from "vitest";

/** Whether importing a module in a new process patches Yjs. */
async function patchesYjs(path: string): Promise<boolean> {
  const program = `
    import * as Y from "yjs";
    const { integrate } = Y.Item.prototype;
    await import(${JSON.stringify(path)});
    console.log(Y.Item.prototype.integrate !== integrate);`;
  const args = ["--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  return JSON.parse(stdout);
}

it("only the integration export patches Yjs", async () => {
  expect(await patchesYjs("./index.ts")).toBe(false);
  expect(await patchesYjs("./integration/index.ts")).toBe(true);
});
