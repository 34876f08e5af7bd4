import { text } from "node:stream/consumers";

import { createJsonServer, createPool, listen } from "./baseline.ts";

/**
 * The baseline of saving: `node:http` and the driver with one prepared statement that replaces a text and keeps it as a version.
 * Its tables have no index but their keys. None of our code is involved.
 */
const pool = createPool();
await pool.query(`
  create table if not exists bare_documents as select id, content, 0 as version from documents;
  alter table bare_documents add primary key (id);
  create table bare_versions (document_id uuid, number integer, content text, primary key (document_id, number))`);
await pool.query("vacuum analyze bare_documents");

const statement = `
  with saved as (update bare_documents set content = $2, version = version + 1 where id = $1 returning *)
  insert into bare_versions select id, version, content from saved returning number as version, content`;

const server = createJsonServer(async (request) => {
  const { content }: { content: string } = JSON.parse(await text(request));
  const values = [request.url?.slice(1), content];
  const { rows } = await pool.query({ name: "save", text: statement, values });
  return rows[0];
});
listen(server, "http", async () => {
  await pool.query("drop table bare_documents, bare_versions");
});
