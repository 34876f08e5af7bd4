import type { Sql } from "@mdreader/db";
import QuickLRU from "quick-lru";

import { AppError } from "../../../errors.ts";
import type { Logger } from "../../../ports.ts";

/**
 * Thrown for a document whose log or snapshot Yjs cannot apply. New updates are validated, but an old log may have
 * invalid ones. A damaged document does not affect others: see "A document can't be read" in docs/operations.md.
 */
export class DamagedDocumentError extends AppError {
  constructor(cause: unknown) {
    super("DOCUMENT_DAMAGED", { cause });
  }
}

/** Maximum number of damaged documents in memory. */
const maxRemembered = 1000;

/** Tracks the documents that could not be built. */
export interface DamageReports {
  /** Number of damaged documents that this process knows of. */
  readonly count: number;
  /** Loads a document. Rejects without loading if the document could not be built at its current version. */
  watch<Live>(sql: Sql, documentId: string, load: () => Promise<Live>): Promise<Live>;
}

export function createDamageReports(log?: Pick<Logger, "error">): DamageReports {
  const damaged = new QuickLRU<string, { version: number | null; error: DamagedDocumentError }>({
    maxSize: maxRemembered,
  });
  return {
    get count() {
      return damaged.size;
    },
    async watch(sql, documentId, load) {
      const report = damaged.get(documentId);
      if (report !== undefined && report.version === (await readVersion(sql, documentId))) throw report.error;
      try {
        const live = await load();
        damaged.delete(documentId);
        return live;
      } catch (error) {
        if (error instanceof DamagedDocumentError) {
          const version = await readVersion(sql, documentId);
          damaged.set(documentId, { version, error });
          log?.error({ err: error, documentId, version }, "a document couldn't be built from its log");
        } else if (error instanceof AppError) damaged.delete(documentId);
        throw error;
      }
    },
  };
}

async function readVersion(sql: Sql, documentId: string): Promise<number | null> {
  const [row] = await sql<{ version: number }[]>`select version from documents where id = ${documentId}`;
  return row?.version ?? null;
}

/**
 * Returns the result of `work`, or `otherwise` for a damaged document, so that one unreadable document does not
 * affect others.
 */
export async function withDamageFallback<Result, Fallback>(
  work: Promise<Result>,
  otherwise: Fallback,
): Promise<Result | Fallback> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DamagedDocumentError) return otherwise;
    throw error;
  }
}
