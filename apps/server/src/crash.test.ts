import { expect, test } from "vitest";

import { createServerDatabase, createTemporaryFolder } from "../test/serve.ts";
import { stressCrashes } from "../test/torture/crashes.ts";

test.for([
  ["WebSockets", false],
  ["HTTP", true],
] as const)(
  "clients that type over %s while the server is killed lose no acknowledged edit, and converge",
  async ([, isOverHttp]) => {
    await using made = new AsyncDisposableStack();
    const database = made.use(await createServerDatabase());
    const environment = {
      DATA_DIR: await createTemporaryFolder(made),
      DATABASE_URL: database.url,
      LOG_LEVEL: "error",
    };
    const report = await stressCrashes({ clients: 4, kills: 1, signal: "SIGKILL", environment, isOverHttp });
    expect(report.acknowledgedBeforeKills).toBeGreaterThanOrEqual(4);
    // The log has no gaps.
    const [log] = await database.database.sql`
    select count(*)::int as entries, max(l.seq) as last, max(d.version) as version
    from document_log l join documents d on d.id = l.document_id`;
    expect(log?.["entries"]).toBe(log?.["version"]);
    expect(log?.["last"]).toBe(log?.["version"]);
  },
);
