export { createTestDatabase, type TestDatabase } from "./database.ts";
export { createFormerDatabase } from "./former.ts";
