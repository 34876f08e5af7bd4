import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const packageFolder = join(import.meta.dirname, "../..");
const root = join(packageFolder, "../..");
const bin = join(root, "node_modules/.bin");

/** An empty project outside this repository, with the package installed as it would be published. */
export interface Project extends AsyncDisposable {
  folder: string;
  write(name: string, text: string): Promise<void>;
  /** Type-checks the project. @throws Error with the output of the compiler. */
  checkTypes(): Promise<void>;
  /** Runs Node in the project. @returns Its standard output. */
  run(...args: string[]): Promise<string>;
}

/** @param trpc The version of tRPC. Default: the one of this repository. */
export async function createConsumerProject(trpc?: string): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "mdreader-consumer-")));
  const tool = async (command: string, args: string[], cwd = folder) => {
    const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, CI: "1" };
    const failed = (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${command} ${args[0]}: ${error.stdout}\n${error.stderr}`);
    };
    return run(command, args, { cwd, env }).catch(failed);
  };

  await tool("pnpm", ["pack", "--pack-destination", folder], packageFolder);
  const archive = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  const versions = await installedVersions([
    "yjs",
    "y-protocols",
    "@trpc/client",
    "@trpc/server",
    "@types/node",
  ]);
  const manifest = {
    private: true,
    type: "module",
    dependencies: {
      "@mdreader/client": `file:${archive}`,
      ...versions,
      ...(trpc !== undefined && { "@trpc/client": trpc, "@trpc/server": trpc }),
    },
  };
  const config = {
    compilerOptions: {
      target: "es2024",
      lib: ["es2024", "esnext.disposable", "dom", "dom.asynciterable"],
      module: "nodenext",
      types: ["node"],
      strict: true,
      noEmit: true,
      // The declarations of the package are type-checked as well. Those of an older tRPC lack types.
      skipLibCheck: trpc !== undefined,
      erasableSyntaxOnly: true,
    },
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  await tool("pnpm", ["install", "--prefer-offline", "--ignore-workspace", "--ignore-scripts"]);

  return {
    folder,
    async write(name, text) {
      await mkdir(join(folder, name, ".."), { recursive: true });
      await writeFile(join(folder, name), text);
    },
    async checkTypes() {
      await tool("tsc", ["-p", folder]);
    },
    async run(...args) {
      return (await tool(process.execPath, args)).stdout;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The versions that this repository uses, which are already in the local package store. */
async function installedVersions(names: readonly string[]): Promise<Record<string, string>> {
  const catalog = await readFile(join(root, "pnpm-workspace.yaml"), "utf8");
  return Object.fromEntries(
    names.map((name) => {
      const line = new RegExp(`^ {2}"?${name}"?: (\\S+)$`, "m").exec(catalog);
      return [name, line?.[1] ?? "latest"];
    }),
  );
}
