import type { RouterOutputs } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { formatSize } from "../../../document/attachment/format-size.ts";
import { trpc } from "../../../lib/client.ts";
import { ErrorNote } from "../../../ui/ErrorNote.tsx";
import { LoadingRows } from "../../../ui/Loading.tsx";
import { Page, Row, Rows, Section } from "../../../ui/Page.tsx";
import { Time } from "../../../ui/Time.tsx";
import { FailedJobs } from "./FailedJobs.tsx";
import { toJobLabel } from "./job-labels.ts";
import { StoredMails } from "./StoredMails.tsx";
import { TestMail } from "./TestMail.tsx";

type SystemState = RouterOutputs["auth"]["admin"]["system"]["get"];

/** The interval at which the page is refreshed, in milliseconds. */
const refreshMs = 15_000;

/** The state of the server and of what it depends on. */
export function SystemPage() {
  const state = useQuery(trpc.auth.admin.system.get.queryOptions(undefined, { refetchInterval: refreshMs }));
  return (
    <Page title="System" lead="The status of this server and of the services it depends on.">
      {state.isPending && <LoadingRows />}
      <ErrorNote error={state.error} retry={state.refetch} />
      {state.data !== undefined && (
        <>
          <StateRows state={state.data} />
          <Queues queues={state.data.queues} />
        </>
      )}
      <FailedJobs />
      <Section title="Email">
        <p className="text-sm text-faint">
          {state.data?.mail.isConfigured === false
            ? "No mail server is configured, so emails are stored instead of sent. Pass on their links yourself."
            : "Emails are sent through the configured mail server."}
        </p>
        <TestMail />
      </Section>
      <StoredMails />
    </Page>
  );
}

function StateRows({ state: { server, database, redis, storage } }: { state: SystemState }) {
  const { applied, pending } = database.migrations;
  return (
    <Rows label="Status">
      <Fact
        name="MDReader"
        detail={
          <>
            started <Time at={server.startedAt} />; Node {server.nodeVersion}
          </>
        }
      >
        {server.version}, API version {server.contractVersion}
      </Fact>
      <Fact name="Database" detail={`PostgreSQL ${database.version}; ${formatSize(database.sizeBytes)}`}>
        <Health check={database} />
      </Fact>
      <Fact name="Migrations" detail={`${applied} applied`}>
        {pending === 0 ? "Up to date" : `${pending} pending`}
      </Fact>
      <Fact
        name="Redis"
        detail={redis === null ? "Needed only if several servers share the database" : "Connects the servers"}
      >
        {redis === null ? "Not configured" : <Health check={redis} />}
      </Fact>
      <Fact
        name="Storage"
        detail={[
          storage.kind === "s3" ? "S3" : "Folder",
          `${storage.fileCount.toLocaleString()} files`,
          formatSize(storage.fileBytes),
          ...(storage.freeBytes === null ? [] : [`${formatSize(storage.freeBytes)} free`]),
        ].join("; ")}
      >
        <Health check={storage} />
      </Fact>
    </Rows>
  );
}

function Fact({ name, detail, children }: { name: string; detail: ReactNode; children: ReactNode }) {
  return (
    <Row>
      <div className="min-w-0 flex-1">
        <p className="font-medium">{name}</p>
        <p className="text-sm text-faint">{detail}</p>
      </div>
      <span className="text-sm">{children}</span>
    </Row>
  );
}

const Health = ({ check: { isHealthy, ms } }: { check: { isHealthy: boolean; ms: number } }) =>
  isHealthy ? (
    <span className="text-good">Responds ({ms} ms)</span>
  ) : (
    <span className="text-danger">Not responding</span>
  );

function Queues({ queues }: { queues: SystemState["queues"] }) {
  return (
    <Section title="Background jobs">
      <Rows label="Queues">
        {queues.map(({ name, waiting, running, failed, oldestWaitingAt }) => (
          <Fact
            key={name}
            name={toJobLabel(name)}
            detail={
              oldestWaitingAt === null ? (
                "None due"
              ) : (
                <>
                  Oldest due <Time at={oldestWaitingAt} />
                </>
              )
            }
          >
            {waiting} waiting, {running} running, {failed} failed
          </Fact>
        ))}
      </Rows>
    </Section>
  );
}
