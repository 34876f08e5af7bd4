import { createServer, type ServerResponse } from "node:http";

import { Pool } from "pg";

import { served } from "./child.ts";

/**
 * The baseline of reading: `node:http` and the driver. They run the same prepared statement as `document.get` with the same number
 * of connections, and return its columns as JSON. None of our code is involved.
 */
const { DATABASE_URL = "", STATEMENT = "", SESSION = "" } = process.env;
const pool = new Pool({ connectionString: DATABASE_URL, max: 20, options: "-c jit=off" });
const server = createServer((request, response) => void answer(request.url?.slice(1) ?? "", response));

async function answer(id: string, response: ServerResponse): Promise<void> {
  try {
    const query = { name: "get", text: STATEMENT, values: [SESSION, id], rowMode: "array" as const };
    const [row] = (await pool.query(query)).rows;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(row));
  } catch {
    response.statusCode = 500;
    response.end();
  }
}

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  served(`http://127.0.0.1:${port}`, async () => {});
});
