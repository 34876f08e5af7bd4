import { sql } from "drizzle-orm";
import { customType, uuid } from "drizzle-orm/pg-core";
import { v7 } from "uuid";

/** A new UUIDv7: ids grow with time, so that a primary key is also the order of creation. */
export const createId = (): string => v7();

/** A primary key made by the application. */
export const primaryId = () => uuid("id").primaryKey().$defaultFn(createId);

/** A moment. Read as ISO 8601 in UTC, which is what the contract's outputs hold, and written as the same. */
export const timestamp = customType<{ data: string; driverData: string }>({
  dataType: () => "timestamp with time zone",
  fromDriver: (value) => new Date(value).toISOString(),
});

/** Bytes, such as a hash. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });

/** Text that compares without regard to case. */
export const citext = customType<{ data: string }>({ dataType: () => "citext" });

/** `created_at` and `updated_at`; whoever changes a row sets the latter. */
export const timestamps = () => ({
  createdAt: timestamp("created_at")
    .notNull()
    .default(sql`now()`),
  updatedAt: timestamp("updated_at")
    .notNull()
    .default(sql`now()`),
});
