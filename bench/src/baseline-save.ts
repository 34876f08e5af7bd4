import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

import { Pool } from "pg";

import { served } from "./child.ts";

/**
 * The baseline of saving: `node:http` and the driver with one prepared statement that replaces a text and keeps it as a version.
 * Its tables have no index but their keys. None of our code is involved.
 */
const { DATABASE_URL = "" } = process.env;
const pool = new Pool({ connectionString: DATABASE_URL, max: 20, options: "-c jit=off" });
await pool.query(`
  create table if not exists bare_documents as select id, content, 0 as version from documents;
  alter table bare_documents add primary key (id);
  create table bare_versions (document_id uuid, number integer, content text, primary key (document_id, number))`);
await pool.query("vacuum analyze bare_documents");
const server = createServer((request, response) => void answer(request, response));

const statement = `
  with saved as (update bare_documents set content = $2, version = version + 1 where id = $1 returning *)
  insert into bare_versions select id, version, content from saved returning number as version, content`;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { content }: { content: string } = JSON.parse(await text(request));
    const values = [request.url?.slice(1), content];
    const [row] = (await pool.query({ name: "save", text: statement, values })).rows;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(row));
  } catch {
    response.statusCode = 500;
    response.end();
  }
}

server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = server.address();
const port = typeof address === "object" && address !== null ? address.port : 0;
served(`http://127.0.0.1:${port}`, async () => {
  await pool.query("drop table bare_documents, bare_versions");
});
