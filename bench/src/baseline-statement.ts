import { z } from "zod";

import { createJsonServer, createPool, listen } from "./baseline.ts";

/**
 * The baseline of lists and searches: `node:http` and the driver. They run one prepared statement with the same parameters
 * in each call, and return its rows as JSON. None of our code is involved.
 */
const { STATEMENT = "", PARAMETERS = "" } = process.env;
const pool = createPool();
const values = z.array(z.unknown()).parse(JSON.parse(PARAMETERS));
listen(createJsonServer(async () => (await pool.query({ name: "baseline", text: STATEMENT, values })).rows));
