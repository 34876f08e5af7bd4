import { createTestDatabase } from "@mdreader/db/testing";
import type { TestProject } from "vitest/node";

import { createLogs } from "../src/adapters/logger.ts";
import { startJobs } from "../src/jobs/queue.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The template of databases for servers: with the tables of the job queue, whose creation takes half of a start. */
    serverTemplate?: string;
  }
}

/** Prepares the template of servers. Runs after the setup that starts PostgreSQL. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const template = await createTestDatabase({ server: project.getProvidedContext().postgres });
  await template.database.close();
  const jobs = await startJobs(template.url, createLogs("error", { write() {} }).log);
  await jobs.stop();
  project.provide("serverTemplate", new URL(template.url).pathname.slice(1));
  return async () => {
    await template[Symbol.asyncDispose]();
  };
}
