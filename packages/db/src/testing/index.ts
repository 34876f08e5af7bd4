export { createTestDatabase, dropDatabase, onServer, type TestDatabase } from "./database.ts";
export { createFormerDatabase } from "./former.ts";
