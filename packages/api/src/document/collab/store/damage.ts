import type { SqlRunner } from "@mdreader/db";
import QuickLRU from "quick-lru";

import { AppError } from "../../../errors.ts";
import type { Logger } from "../../../ports.ts";

/**
 * A document whose log or snapshot Yjs can't apply. Nothing of the kind is taken in any more, but a log may hold it. Such a
 * document is told apart from others, which go on: see "A document can't be read" in docs/operations.md.
 */
export class DamagedDocumentError extends AppError {
  constructor(cause: unknown) {
    super("DOCUMENT_DAMAGED", { cause });
  }
}

/** Damaged documents that are remembered. */
const maxRemembered = 1000;

/** The documents that could not be built. */
export interface DamageReports {
  /** How many there are, as far as this process knows. */
  readonly count: number;
  /** Loads a document, but not one that could not be built at the version that it is still at. */
  watch<Live>(sql: SqlRunner, documentId: string, load: () => Promise<Live>): Promise<Live>;
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
      const known = damaged.get(documentId);
      if (known !== undefined && known.version === (await readVersion(sql, documentId))) throw known.error;
      try {
        const live = await load();
        damaged.delete(documentId);
        return live;
      } catch (error) {
        if (error instanceof DamagedDocumentError) {
          const version = await readVersion(sql, documentId);
          damaged.set(documentId, { version, error });
          log?.error({ err: error, documentId, version }, "a document can't be built from its log");
        } else if (error instanceof AppError) damaged.delete(documentId);
        throw error;
      }
    },
  };
}

async function readVersion(sql: SqlRunner, documentId: string): Promise<number | null> {
  const [row] = await sql<{ version: number }[]>`select version from documents where id = ${documentId}`;
  return row?.version ?? null;
}

/** What comes of work on a document, or `otherwise` where it is damaged: one that can't be read leaves the others alone. */
export async function catchDamage<Result, Fallback>(
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
