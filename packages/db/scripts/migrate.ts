import { migrate } from "../src/migrate.ts";
import { openDatabase } from "./location.ts";

const database = await openDatabase();
try {
  await migrate(database.url());
  console.log("The database has the newest schema.");
} finally {
  await database.close();
}
