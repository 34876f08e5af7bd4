import { migrate } from "../src/migrate.ts";
import { withDatabase } from "./location.ts";

await withDatabase(async (url) => {
  await migrate(url);
  console.log("The database has the newest schema.");
});
