import type { Tx } from "@mdreader/db";
import { sql } from "drizzle-orm";

/** Lets the transaction's statements take minutes: they go through a whole workspace, which may be large. */
export async function extendStatementTimeout(tx: Tx): Promise<void> {
  await tx.execute(sql`set local statement_timeout = '10min'`);
}
