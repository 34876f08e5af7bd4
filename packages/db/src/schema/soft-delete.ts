import { uuid } from "drizzle-orm/pg-core";

import { users } from "./auth/auth.ts";
import { timestamp } from "./columns.ts";

/**
 * The deletion state of resources in the trash. `deletedWith` is the folder whose deletion included the resource, or
 * the resource's own ID if it was deleted directly. Restoring it restores exactly what was deleted with it.
 */
export const softDelete = () => ({
  deletedAt: timestamp("deleted_at"),
  deletedBy: uuid("deleted_by").references(() => users.id, { onDelete: "set null" }),
  deletedWith: uuid("deleted_with"),
});
