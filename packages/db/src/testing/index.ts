export {
  createEmptyDatabase,
  createTestDatabase,
  dropDatabase,
  withAdminConnection,
  type TestDatabase,
} from "./database.ts";
export { createDatabaseAtMigration } from "./previous-schema.ts";
