import { createServer, type ServerResponse } from "node:http";

import { Pool } from "pg";
import { z } from "zod";

import { served } from "./child.ts";

/**
 * The baseline of lists and searches: `node:http` and the driver. They run one prepared statement with the same parameters
 * in each call, and return its rows as JSON. None of our code is involved.
 */
const { DATABASE_URL = "", STATEMENT = "", PARAMETERS = "" } = process.env;
const pool = new Pool({ connectionString: DATABASE_URL, max: 20, options: "-c jit=off" });
// The database may end first.
pool.on("error", () => {});
const values = z.array(z.unknown()).parse(JSON.parse(PARAMETERS));

const server = createServer((_request, response) => void answer(response));

async function answer(response: ServerResponse): Promise<void> {
  try {
    const { rows } = await pool.query({ name: "baseline", text: STATEMENT, values });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(rows));
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
