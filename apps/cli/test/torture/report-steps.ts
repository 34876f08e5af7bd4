import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/**
 * Loaded by Node.js before the command line. Reports each call and file operation to the parent process and waits for the
 * reply. Meanwhile, the parent may act or kill this process.
 */
const waiting: (() => void)[] = [];
process.on("message", () => {
  waiting.shift()?.();
  if (waiting.length === 0) process.channel?.unref();
});
process.channel?.unref();

async function reportStep(name: string): Promise<void> {
  const answered = Promise.withResolvers<void>();
  waiting.push(answered.resolve);
  process.channel?.ref();
  process.send?.(name);
  await answered.promise;
}

for (const name of ["open", "readFile", "writeFile", "rename", "unlink", "mkdir", "rmdir"]) {
  const operation: unknown = Reflect.get(fs, name);
  if (typeof operation !== "function") continue;
  Reflect.set(fs, name, async (...input: unknown[]): Promise<unknown> => {
    await reportStep(`${name} ${String(input[0])}`);
    return Reflect.apply(operation, fs, input);
  });
}
syncBuiltinESMExports();

const call = globalThis.fetch;
globalThis.fetch = async (...input) => {
  const [resource] = input;
  const name = resource instanceof Request ? resource.url : resource.toString();
  await reportStep(name);
  const response = await call(...input);
  await reportStep(`${name} ${response.status}`);
  return response;
};
