import { connect, createId, type Sql } from "@mdreader/db";

import { type Cost, measureCosts } from "./cost.ts";
import { createDocument } from "./editing.ts";
import type { BenchEnvironment, Person } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { words } from "./seed-documents.ts";
import { openSocket } from "./socket.ts";

/** The contents of a workspace. */
interface Size {
  documents: number;
  members: number;
  /** Saved versions and comments of one document. */
  versions: number;
  comments: number;
  events: number;
}

const size: Size = { documents: 10_000, members: 100, versions: 1000, comments: 1000, events: 100_000 };
const growthFactor = 10;
/** Documents that are saved, so that concurrent saves rarely meet. */
const savedDocumentCount = 50;
/** Members who search, since each may search 100 times a second. */
const searcherCount = 16;

/** The names of the calls, and the bounds on the CPU in the large workspace relative to the small one. */
const targets = {
  "document.get": 1.5,
  "document.list": 1.5,
  "document.search, a common word": 2,
  "document.search, a rare word": 1.5,
  "document.update": 1.5,
  "document.version.list": 1.5,
  "document.comment.list": 1.5,
  "workspace.events since the last 50": 1.5,
  "workspace.activity": 1.5,
  "workspace.member.list": 1.5,
};
type CallName = keyof typeof targets;

/** Compares the CPU of each call in a workspace with that in one of ten times the size, alternately. */
export async function* benchGrowth(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const { server, databaseUrl } = world;
  // Without a statement timeout: an index over all texts takes minutes.
  await using seeding = new AsyncDisposableStack();
  const { sql, close } = connect(databaseUrl, { poolSize: 1, statementTimeout: 0, applicationName: "bench" });
  seeding.defer(close);
  const times = (factor: number): Size => ({
    documents: size.documents * effort * factor,
    members: size.members * effort * factor,
    versions: size.versions * effort * factor,
    comments: size.comments * effort * factor,
    events: size.events * effort * factor,
  });
  // An index that is built at the end takes a tenth of the time.
  const [index] = await sql<{ definition: string }[]>`
    select indexdef as definition from pg_indexes where indexname = 'document_search_idx'`;
  if (index === undefined) throw new Error("the search index was not found");
  await world.library();
  const searchers = await world.editors(searcherCount);
  await sql`drop index document_search_idx`;
  const small = await seedWorkspace({ ...world, sql }, searchers, times(1));
  const large = await seedWorkspace({ ...world, sql }, searchers, times(growthFactor));
  await sql.unsafe(index.definition);
  await sql`vacuum analyze`;

  for (const name of Object.keys(targets) as CallName[]) {
    const costs = await measureCosts(
      world,
      { small: { server, call: small[name] }, large: { server, call: large[name] } },
      { width: 4, rounds: 4, seconds: 1.5 * effort },
    );
    yield {
      what: `${name}, CPU relative to a tenth of the size`,
      value: (costs.large.server + costs.large.postgres) / (costs.small.server + costs.small.postgres),
      unit: "×",
      target: { atMost: targets[name] },
      note: `${describe(costs.small)} vs. ${describe(costs.large)}`,
    };
  }
  await Promise.all([small.close(), large.close()]);
}

const describe = ({ server, postgres }: Cost) =>
  `${(server / 1000).toFixed(2)} + ${(postgres / 1000).toFixed(2)} ms`;

/** Creates a workspace of the given size. @returns The calls to measure in it. */
async function seedWorkspace(
  world: BenchEnvironment,
  searchers: readonly Person[],
  { documents, members, versions, comments, events }: Size,
) {
  const { sql, url, owner } = world;
  const workspaceId = createId();
  await sql`insert into workspaces (id, name, last_event_seq) values (${workspaceId}, 'Growth', ${events})`;
  await seedMembers(sql, workspaceId, owner.id, members - searchers.length);
  await seedSearchers(sql, workspaceId, searchers);
  await seedEvents(sql, workspaceId, owner.id, events);
  const ids = await seedDocumentCopies(world, workspaceId, documents);
  const socket = await openSocket(url, owner.token);
  const searchSockets = await Promise.all(searchers.map(({ token }) => openSocket(url, token)));
  const edited: string[] = [];
  for (let n = 0; n < savedDocumentCount; n += 1) {
    edited.push(await createDocument(socket, workspaceId, "text ".repeat(400)));
  }
  const [discussed = ""] = edited;
  await seedHistory(sql, discussed, versions);
  await seedComments(sql, workspaceId, discussed, owner.id, comments);
  const query = (path: string, input: object) => () => socket.call("query", path, input);
  const search = (word: string) => async (n: number) =>
    searchSockets[n % searchSockets.length]?.call("query", "document.search", { workspaceId, query: word });
  let saves = 0;
  return {
    "document.get": (n: number) =>
      socket.call("query", "document.get", { id: ids[(n * 7919) % ids.length] ?? "" }),
    "document.list": query("document.list", { workspaceId, limit: 50 }),
    "document.search, a common word": search(words.common),
    "document.search, a rare word": search(words.rare),
    "document.update": () => {
      saves += 1;
      const content = `${"text ".repeat(400)}${saves}`;
      const id = edited[1 + (saves % (savedDocumentCount - 1))] ?? "";
      return socket.call("mutation", "document.update", { id, content, overwrite: true });
    },
    "document.version.list": query("document.version.list", { id: discussed, limit: 50 }),
    "document.comment.list": query("document.comment.list", { documentId: discussed, limit: 50 }),
    "workspace.events since the last 50": () => readNewestEvents(world, workspaceId),
    "workspace.activity": query("workspace.activity", { workspaceId, limit: 50 }),
    "workspace.member.list": query("workspace.member.list", { workspaceId, limit: 50 }),
    close: () => Promise.all([socket, ...searchSockets].map((opened) => opened.close())),
  } satisfies Record<CallName, (n: number) => Promise<unknown>> & { close: () => Promise<unknown> };
}

/** Resumes the stream of events before the last 50. */
async function readNewestEvents({ url, owner, sql }: BenchEnvironment, workspaceId: string): Promise<void> {
  const [last] = await sql<{ seq: string }[]>`
    select last_event_seq as seq from workspaces where id = ${workspaceId}`;
  const socket = await openSocket(url, owner.token);
  await new Promise<void>((resolve, reject) => {
    let left = 50;
    const onData = () => {
      left -= 1;
      if (left === 0) resolve();
    };
    const after = Number(last?.seq) - left;
    socket.subscribe("workspace.events", { workspaceId, after }, onData).catch(reject);
  });
  await socket.close();
}

async function seedMembers(sql: Sql, workspaceId: string, ownerId: string, count: number): Promise<void> {
  await sql`insert into workspace_members (workspace_id, user_id, role) values (${workspaceId}, ${ownerId}, 'owner')`;
  const ids = Array.from({ length: count - 1 }, createId);
  await sql`
    with person as (
      insert into users (id, email, username, password_hash)
      select id, id || '@example.test', right(id::text, 30), 'none' from unnest(${ids}::uuid[]) as id
      returning id
    )
    insert into workspace_members (workspace_id, user_id, role) select ${workspaceId}, id, 'viewer' from person`;
}

const seedSearchers = (sql: Sql, workspaceId: string, searchers: readonly Person[]) => sql`
  insert into workspace_members (workspace_id, user_id, role)
  select ${workspaceId}, id, 'viewer' from unnest(${searchers.map(({ id }) => id)}::uuid[]) as id`;

const seedEvents = (sql: Sql, workspaceId: string, actorId: string, count: number) => sql`
  insert into workspace_events (workspace_id, seq, kind, actor_id, subject_id, subject_name)
  select ${workspaceId}, n, 'document.updated', ${actorId}, ${workspaceId}, 'Document' from generate_series(1, ${count}::int) n`;

/** Creates documents with the texts of the library, repeatedly. */
async function seedDocumentCopies(
  { sql, owner, library }: BenchEnvironment,
  workspaceId: string,
  count: number,
): Promise<string[]> {
  const originals = (await library()).map(({ id }) => id);
  const ids = Array.from({ length: count }, createId);
  const batch = 1000;
  for (let from = 0; from < count; from += batch) {
    const copies = ids.slice(from, from + batch);
    const copied = copies.map((_, n) => originals[(from + n) % originals.length]);
    await sql`
      insert into documents (id, workspace_id, title, content, size, created_by)
      select c.id, ${workspaceId}, d.title, d.content, d.size, ${owner.id}
      from unnest(${copies}::uuid[], ${copied}::uuid[]) as c (id, original) join documents d on d.id = c.original`;
    await sql`
      insert into document_search
      select c.id, ${workspaceId}, s.language, s.title, s.size, s.title_words, s.words, s.tokens, s.grams
      from unnest(${copies}::uuid[], ${copied}::uuid[]) as c (id, original)
      join document_search s on s.document_id = c.original
      on conflict do nothing`;
    await sql`delete from document_search_queue where workspace_id = ${workspaceId}`;
  }
  return ids;
}

/** Adds versions to the first one of a document. */
async function seedHistory(sql: Sql, documentId: string, count: number): Promise<void> {
  await sql`
    insert into document_versions
      (document_id, workspace_id, number, document_version, title, body, size, hash, reason, authors)
    select document_id, workspace_id, n, document_version, title, body, size, hash, 'saved', authors
    from document_versions cross join generate_series(2, ${count}::int) n
    where document_id = ${documentId} and number = 1`;
  await sql`update documents set history_number = ${count} where id = ${documentId}`;
}

/** Starts threads of one comment. */
async function seedComments(
  sql: Sql,
  workspaceId: string,
  documentId: string,
  authorId: string,
  count: number,
) {
  const threads = Array.from({ length: count }, createId);
  const ids = Array.from({ length: count }, createId);
  await sql`
    insert into comment_threads (id, document_id, workspace_id)
    select id, ${documentId}, ${workspaceId} from unnest(${threads}::uuid[]) as id`;
  await sql`
    insert into comments (id, thread_id, document_id, author_id, body)
    select c.id, c.thread, ${documentId}, ${authorId}, 'A remark.' from unnest(${ids}::uuid[], ${threads}::uuid[]) as c (id, thread)`;
}
