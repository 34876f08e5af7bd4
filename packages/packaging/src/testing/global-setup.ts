import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { runTool } from "./run-tool.ts";

const root = join(import.meta.dirname, "../../../..");

/** The folders of the packages that are published. */
const published = {
  "@mdreader/cli": "apps/cli",
  "@mdreader/client": "packages/client",
  "@mdreader/react": "packages/react",
  "@mdreader/server": "apps/server",
  "@mdreader/testing": "packages/testing",
};

/** Names of the published packages. */
export type PublishedPackage = keyof typeof published;

declare module "vitest" {
  interface ProvidedContext {
    /** The paths of the packed packages. */
    tarballs: Record<PublishedPackage, string>;
  }
}

/** Builds and packs the published packages once for all tests. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "mdreader-packages-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    // One after the other: a build uses all cores.
    for (const path of Object.values(published))
      await runTool("npx", ["-y", "pnpm@12", "pack", "--pack-destination", folder], join(root, path));
    const files = await readdir(folder);
    const find = (name: PublishedPackage): string => {
      const prefix = `${name.replace("@", "").replace("/", "-")}-`;
      const file = files.find((entry) => entry.startsWith(prefix));
      if (file === undefined) throw new Error(`${name} was not packed`);
      return join(folder, file);
    };
    project.provide("tarballs", {
      "@mdreader/cli": find("@mdreader/cli"),
      "@mdreader/client": find("@mdreader/client"),
      "@mdreader/react": find("@mdreader/react"),
      "@mdreader/server": find("@mdreader/server"),
      "@mdreader/testing": find("@mdreader/testing"),
    });
  } catch (error) {
    await remove();
    throw error;
  }
  return remove;
}
