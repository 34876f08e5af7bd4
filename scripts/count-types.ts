import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Prints how many types and instantiations the compiler needs, which hardly depend on the machine: for each project, and
 * for a program that uses the type of the API from its sources.
 */

const root = join(import.meta.dirname, "..");
const projects = ["contract", "collab", "markdown", "db", "api", "client"].map((name) => `packages/${name}`);
projects.push("apps/server", "apps/cli", "apps/web", "bench");

function count(name: string, project: string): void {
  const alone = ["--composite", "false", "--incremental", "false", "--declarationMap", "false"];
  const quiet = ["--emitDeclarationOnly", "false", "--noEmit", "--singleThreaded", "--extendedDiagnostics"];
  const { stdout, status } = spawnSync("tsc", ["-p", project, ...alone, ...quiet], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${name} does not compile:\n${stdout}`);
  const read = (what: string) => new RegExp(`^${what}: +(\\d+)`, "m").exec(stdout)?.[1] ?? "?";
  console.log(`${name.padEnd(24)}${read("Types").padStart(10)}${read("Instantiations").padStart(16)}`);
}

console.log(`${"".padEnd(24)}${"types".padStart(10)}${"instantiations".padStart(16)}`);
for (const project of projects) count(project, project);

const folder = mkdtempSync(join(root, "packages/client/count-"));
try {
  const consumer = `import type { AppRouter } from "@mdreader/api";
import { createTRPCClient, httpLink } from "@trpc/client";
const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: "" })] });
export const { content } = await client.document.get.query({ id: "" });
`;
  writeFileSync(join(folder, "consumer.ts"), consumer);
  const compilerOptions = { rootDir: "../../.." };
  const config = { extends: "../../../tsconfig.base.json", compilerOptions, files: ["consumer.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  count("AppRouter from source", folder);
} finally {
  rmSync(folder, { recursive: true });
}
