import type { Tx } from "@mdreader/db";
import { sql } from "drizzle-orm";

/** Extends the transaction's statement timeout to minutes, for statements that process a whole workspace. */
export async function extendStatementTimeout(tx: Tx): Promise<void> {
  await tx.execute(sql`set local statement_timeout = '10min'`);
}
