import { setTimeout as delay } from "node:timers/promises";

import { connect } from "@mdreader/db";

import type { Services } from "./services.ts";

export const termination = "all backends terminated, three times";

/** The faults by their names in the table. Each ends when its promise settles. */
export const faults: Record<string, (services: Services) => Promise<void>> = {
  "a server killed with -9": ({ nodes }) => pickRandom(nodes).kill(),
  "a rolling restart of a server (SIGTERM, start)": ({ nodes }) => pickRandom(nodes).roll(),
  "Redis frozen for 8 s": async ({ redis }) => {
    redis.freeze();
    await delay(8000);
    redis.thaw();
  },
  "Redis killed, unavailable for 3 s": async ({ redis }) => {
    await redis.kill();
    await delay(3000);
    await redis.start();
  },
  "Postgres restarted": (services) => services.restartPostgres(),
  [termination]: async (services) => {
    for (let n = 0; n < 3; n += 1) {
      await terminateBackends(services);
      await delay(300);
    }
  },
  "Postgres connections cut for 3 s, in transactions and at COMMIT": async ({ databaseLine }) => {
    for (const word of ["commit", "begin", "insert into document_log", "update documents"]) {
      databaseLine.cutAt(word);
      await delay(400);
      databaseLine.cutAfter(word);
      await delay(400);
      databaseLine.cutAt(null);
      databaseLine.cut();
    }
  },
  "Postgres silent for 15 s, then at another address": async ({ databaseLine, databaseUrl }) => {
    databaseLine.stall();
    await delay(15_000);
    databaseLine.moveTo(databaseUrl);
  },
  "clients' connections stalled for 10 s": async ({ clientLines, nodes }) => {
    const n = Math.floor(Math.random() * clientLines.length);
    clientLines[n]?.stall();
    await delay(10_000);
    clientLines[n]?.moveTo(nodes[n]?.url ?? "");
    clientLines[n]?.cut();
  },
  "clients' connections cut, ten times": async ({ clientLines }) => {
    for (let n = 0; n < 10; n += 1) {
      pickRandom(clientLines).cut();
      await delay(200);
    }
  },
};

/** Terminates all sessions of the servers and their jobs. */
async function terminateBackends({ databaseUrl }: Services): Promise<void> {
  const database = connect(databaseUrl, { poolSize: 1, applicationName: "torture" });
  try {
    await database.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name like 'mdreader%'`;
  } finally {
    await database.close();
  }
}

function pickRandom<T>(all: readonly T[]): T {
  const one = all[Math.floor(Math.random() * all.length)];
  if (one === undefined) throw new Error("no server is available");
  return one;
}
