import { test as base } from "vitest";

import { createUploader } from "./files.ts";
import { serve, type ServeOptions } from "./serve.ts";

/**
 * A test with a server for the tests of its file, which may override its settings. A fixture is created when a test names it.
 * Helpers of a file that use fixtures are fixtures too, which it adds with `test.extend`.
 */
export const test = base
  .extend("settings", { scope: "file" }, (): ServeOptions => ({}))
  .extend("served", { scope: "file" }, async ({ settings }, { onCleanup }) => {
    const served = await serve(settings);
    onCleanup(() => served[Symbol.asyncDispose]());
    return served;
  })
  /** The owner of a workspace, for the tests of the file. */
  .extend("owner", { scope: "file" }, ({ served }) => createUploader(served));
