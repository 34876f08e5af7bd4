import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { inject } from "vitest";

import type { PublishedPackage } from "./global-setup.ts";
import { runTool } from "./run-tool.ts";

const root = join(import.meta.dirname, "../../../..");

export interface ProjectOptions {
  /** The published packages to install, as they were packed. */
  packages: readonly PublishedPackage[];
  /** Other dependencies and their versions; null for the version of this repository. */
  dependencies?: Readonly<Record<string, string | null>>;
  /** Default: npm. */
  manager?: "npm" | "pnpm";
  /** Whether npm skips the install scripts of packages, as pnpm does. Default: false. */
  ignoreScripts?: boolean;
  /** Whether the compiler skips the declarations of dependencies. Default: false. */
  skipLibCheck?: boolean;
}

/** An empty project outside of this repository, with packages installed as they would be published. */
export interface Project extends AsyncDisposable {
  folder: string;
  write(name: string, text: string): Promise<void>;
  /**
   * Type-checks the project.
   * @param compiler The path of the compiler. Default: the one of this repository.
   * @throws Error with the output of the compiler.
   */
  checkTypes(compiler?: string): Promise<void>;
  /** Runs Node in the project. @returns Its standard output. */
  run(...args: string[]): Promise<string>;
  /** Runs a shell program that may call the installed ones. @returns Its standard output. */
  shell(program: string, environment?: NodeJS.ProcessEnv): Promise<string>;
}

const npmOptions = ["--prefer-offline", "--no-audit", "--no-fund"];

export async function createConsumerProject(options: ProjectOptions): Promise<Project> {
  const {
    packages,
    dependencies = {},
    manager = "npm",
    ignoreScripts = false,
    skipLibCheck = false,
  } = options;
  const folder = await realpath(await mkdtemp(join(tmpdir(), "mdreader-consumer-")));
  const tarballs = inject("tarballs");
  const catalog = await readFile(join(root, "pnpm-workspace.yaml"), "utf8");
  const ours = packages.map((name) => [name, `file:${tarballs[name]}`]);
  const others = Object.entries(dependencies).map(([name, version]) => [
    name,
    version ?? findCatalogVersion(catalog, name),
  ]);
  const manifest = {
    private: true,
    type: "module",
    dependencies: Object.fromEntries([...ours, ...others]),
  };
  const config = {
    compilerOptions: {
      target: "es2022",
      lib: ["es2024", "esnext.disposable", "dom", "dom.asynciterable"],
      module: "nodenext",
      types: ["node"],
      strict: true,
      noEmit: true,
      skipLibCheck,
    },
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  if (manager === "npm")
    await runTool("npm", ["install", ...npmOptions, ...(ignoreScripts ? ["--ignore-scripts"] : [])], folder);
  else await runTool("npx", ["-y", "pnpm@12", "install", "--prefer-offline", "--ignore-workspace"], folder);

  return {
    folder,
    async write(name, text) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    },
    async checkTypes(compiler = "tsc") {
      await runTool(compiler, ["-p", folder], folder);
    },
    run: (...args) => runTool(process.execPath, args, folder),
    shell: (program, environment) =>
      runTool("sh", ["-euc", program], folder, {
        PATH: `${join(folder, "node_modules/.bin")}:${process.env["PATH"]}`,
        ...environment,
      }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The version of a dependency that this repository uses, which is in the cache of the package manager. */
function findCatalogVersion(catalog: string, name: string): string {
  const version = new RegExp(`^ {2}"?${name}"?: (\\S+)$`, "m").exec(catalog)?.[1];
  if (version === undefined) throw new Error(`${name} is not in the catalog`);
  return version;
}
