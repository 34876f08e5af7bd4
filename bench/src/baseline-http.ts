import { createJsonServer, createPool, listen } from "./baseline.ts";

/**
 * The baseline of reading: `node:http` and the driver. They run the same prepared statement as `document.get` with the same number
 * of connections, and return its columns as JSON. None of our code is involved.
 */
const { STATEMENT = "", SESSION = "" } = process.env;
const pool = createPool();
const server = createJsonServer(async ({ url }) => {
  const values = [SESSION, url?.slice(1) ?? ""];
  const { rows } = await pool.query({ name: "get", text: STATEMENT, values, rowMode: "array" });
  return rows[0];
});
listen(server);
