import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { z } from "zod";

const dependencies = z.record(z.string(), z.string()).default({});

/** Fields that every installed package has. */
const identitySchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional().catch(undefined),
});

/** The fields of our packages that packages are built from. */
const manifestSchema = identitySchema.extend({
  description: z.string().optional(),
  keywords: z.array(z.string()).optional(),
  repository: z.unknown().optional(),
  type: z.string().optional(),
  bin: z.record(z.string(), z.string()).default({}),
  engines: z.record(z.string(), z.string()).optional(),
  dependencies,
  optionalDependencies: dependencies,
  peerDependencies: dependencies,
});

export type Manifest = z.infer<typeof manifestSchema>;

const read = async (folder: string): Promise<unknown> =>
  JSON.parse(await readFile(join(folder, "package.json"), "utf8"));

/** Reads the manifest of a package in this repository. */
export const readManifest = async (folder: string) => manifestSchema.parse(await read(folder));

/** Reads the name, version and license of any package. */
export const readIdentity = async (folder: string) => identitySchema.parse(await read(folder));

/** Finds the folder of the package that contains a file. Some packages have manifests without a name in subfolders. */
export async function findPackageFolder(file: string): Promise<string> {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const hasManifest = existsSync(join(folder, "package.json"));
    if (hasManifest && identitySchema.safeParse(await read(folder)).success) return folder;
  }
  throw new Error(`${file} belongs to no package`);
}
