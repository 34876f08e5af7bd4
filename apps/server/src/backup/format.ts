import { dumpDescription } from "@mdreader/db";
import { z } from "zod";

/**
 * A backup is a gzipped tar archive with these entries, in this order:
 *
 * - `backup.json`: the header, with the version and the schema of the database.
 * - `tables/<table>/<number>`: the rows of a table in the text format of COPY, cut into parts at any byte.
 * - `files/<workspace>/<hash>`: the bytes of files, in the order of their names.
 * - `manifest.json`: counts and checksums of all of it. Without it, the archive is incomplete.
 */
export const formatVersion = 1;

export const headerName = "backup.json";
export const manifestName = "manifest.json";

/** Maximum bytes of a part. Each is in memory once. */
export const partBytes = 4 * 1024 * 1024;
/** Maximum bytes of the header and the manifest. */
export const maxJsonBytes = 16 * 1024 * 1024;

export const toPartName = (table: string, number: number) =>
  `tables/${table}/${String(number).padStart(6, "0")}`;
export const toFileName = ({ workspaceId, hash }: FileKey) => `files/${workspaceId}/${hash}`;

const sha256 = z.string().regex(/^[\da-f]{64}$/);
const count = z.number().int().nonnegative();

/** The location of a file's bytes. */
export const fileKey = z.object({ workspaceId: z.uuid(), hash: sha256 });
export type FileKey = z.infer<typeof fileKey>;

/** Only the version of the format, so that a newer one is recognized regardless of its other fields. */
export const formatOnly = z.object({ format: z.number().int() });

export const header = z.object({
  format: z.literal(formatVersion),
  /** The version of MDReader that made the backup. */
  version: z.string(),
  /** The version of PostgreSQL that the database was in. */
  postgresVersion: z.string(),
  /** When the backup was made. */
  createdAt: z.iso.datetime(),
  database: dumpDescription,
});
export type Header = z.infer<typeof header>;

/** The number and checksum of a table's rows. */
const tableSummary = z.object({ name: z.string(), rows: count, bytes: count, sha256 });
export type TableSummary = z.infer<typeof tableSummary>;

export const manifest = z.object({
  /** SHA-256 of the header. */
  header: sha256,
  tables: z.array(tableSummary),
  files: z.object({ count, bytes: count }),
  /** Files that were missing or damaged in the storage, and left out at the operator's request. */
  skippedFiles: z.array(fileKey),
});
export type Manifest = z.infer<typeof manifest>;
