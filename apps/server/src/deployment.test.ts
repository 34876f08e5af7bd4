import { access, glob, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { validate } from "dockerfile-utils";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { createEnvSchema } from "./env-schema.ts";
import { root } from "./installation.ts";
import { createMetrics } from "./metrics.ts";

const read = (path: string) => readFile(join(root, path), "utf8");

/** The parts of the file that the tests check. The file must be strict YAML without duplicate keys. */
const compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      profiles: z.array(z.string()).optional(),
      depends_on: z
        .union([z.array(z.string()), z.record(z.string(), z.object({ condition: z.string() }))])
        .optional(),
      environment: z.record(z.string(), z.string()).optional(),
      healthcheck: z.object({ test: z.array(z.string()) }).optional(),
      ports: z.array(z.string()).optional(),
      volumes: z.array(z.string()).optional(),
    }),
  ),
  volumes: z.record(z.string(), z.null()),
});

describe("docker-compose.yml", () => {
  let file: z.infer<typeof compose>;

  beforeAll(async () => {
    file = compose.parse(
      parse(await read("docker-compose.yml"), { strict: true, merge: true, uniqueKeys: true }),
    );
  });

  it("starts the dependencies of a service in each of its profiles", () => {
    for (const [name, { depends_on: needs = [], profiles = [] }] of Object.entries(file.services)) {
      for (const needed of Array.isArray(needs) ? needs : Object.keys(needs)) {
        const its = file.services[needed]?.profiles ?? [];
        expect(file.services[needed], `${name} needs ${needed}`).toBeDefined();
        if (its.length > 0) expect(its, `${name} needs ${needed}`).toEqual(expect.arrayContaining(profiles));
      }
    }
  });

  it("waits only for the health of services with a health check", () => {
    for (const { depends_on: needs = [] } of Object.values(file.services)) {
      if (Array.isArray(needs)) continue;
      for (const [needed, { condition }] of Object.entries(needs)) {
        const checksItself = file.services[needed]?.healthcheck !== undefined || needed.startsWith("server");
        if (condition === "service_healthy") expect(checksItself, needed).toBe(true);
      }
    }
  });

  it("declares the volumes that it mounts", () => {
    const mounted = Object.values(file.services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(":")[0] ?? ""),
    );
    const named = mounted.filter((source) => !/^[./]/.test(source));
    expect(new Set(named)).toEqual(new Set(Object.keys(file.volumes)));
  });

  it("sets only known settings of the server", () => {
    const known = Object.keys(createEnvSchema(root).shape);
    for (const name of ["server-1", "server-2"])
      expect(known).toEqual(expect.arrayContaining(Object.keys(file.services[name]?.environment ?? {})));
  });

  it("publishes ports only on 127.0.0.1", () => {
    for (const { ports = [] } of Object.values(file.services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

describe("the Dockerfile", () => {
  it("passes the linter", async () => {
    expect(validate(await read("Dockerfile"))).toEqual([]);
  });

  it("copies the manifest of every package before the install step", async () => {
    const dockerfile = await read("Dockerfile");
    for (const folder of ["apps", "packages"])
      for (const name of await readdir(join(root, folder)))
        expect(dockerfile).toContain(`COPY ${folder}/${name}/package.json ${folder}/${name}/`);
  });

  it("uses the versions of Node and pnpm that this repository uses", async () => {
    const dockerfile = await read("Dockerfile");
    const { catalog } = z
      .object({ catalog: z.object({ node: z.string() }) })
      .parse(parse(await read("pnpm-workspace.yaml")));
    const { packageManager } = z
      .object({ packageManager: z.string() })
      .parse(JSON.parse(await read("package.json")));
    expect(dockerfile).toContain(`ARG NODE_VERSION=${catalog.node}\n`);
    expect(dockerfile).toContain(`npm install --global ${packageManager}\n`);
  });
});

describe("the alerts and the dashboard", () => {
  it("use only metrics that the server exposes", async () => {
    const metrics = createMetrics({
      sockets: () => ({ connections: 0, subscriptions: 0 }),
      streams: () => ({ connections: 0, subscriptions: 0 }),
      inFlight: () => 0,
      connections: async () => ({ idle: 1 }),
      poolSize: 1,
      damagedDocuments: () => 0,
      bufferedBytes: () => ({ authenticated: 0, unauthenticated: 0 }),
    });
    const { text } = await metrics.expose();
    const exposed = new Set(Array.from(text.matchAll(/^# TYPE (\w+)/gm), ([, name]) => name));
    const alerts = z
      .object({ groups: z.array(z.object({ rules: z.array(z.object({ expr: z.string() })) })) })
      .parse(parse(await read("deploy/prometheus/alerts.yml"), { strict: true, uniqueKeys: true }));
    const dashboard = z
      .object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) })
      .parse(JSON.parse(await read("deploy/grafana/mdreader.json")));
    const expressions = [
      ...alerts.groups.flatMap(({ rules }) => rules),
      ...dashboard.panels.flatMap(({ targets }) => targets),
    ].map(({ expr }) => expr);
    const used = expressions.flatMap((expr) => expr.match(/\b(mdreader|nodejs|process)_\w+/g) ?? []);
    expect(used.length).toBeGreaterThan(10);
    for (const name of used) expect(exposed).toContain(name.replace(/_(bucket|count|sum)$/, ""));
  });
});

describe("the systemd unit", () => {
  it("starts the server's entry file and waits longer than a graceful stop takes", async () => {
    const unit = await read("deploy/mdreader.service");
    expect(unit).toContain("ExecStart=/opt/mdreader/node_modules/.bin/node apps/server/src/main.ts\n");
    await access(join(root, "apps/server/src/main.ts"));
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(30);
  });
});

describe("the release workflow", () => {
  it("publishes the packages whose installation is tested", async () => {
    const schema = z.object({
      jobs: z.object({ pack: z.object({ env: z.object({ PACKAGES: z.string() }) }) }),
    });
    const { jobs } = schema.parse(parse(await read(".github/workflows/release.yml"), { strict: true }));
    const tested = await Array.fromAsync(glob("{apps,packages}/*/src/package.test.ts", { cwd: root }));
    expect(jobs.pack.env.PACKAGES.split(" ")).toEqual(
      tested.map((path) => path.replace("/src/package.test.ts", "")).toSorted(),
    );
  });

  it("gives the right to publish to no job that runs the code of dependencies", async () => {
    const job = z.object({
      permissions: z.record(z.string(), z.string()).default({}),
      steps: z.array(z.object({ run: z.string().default("") })),
    });
    const { jobs } = z
      .object({ jobs: z.record(z.string(), job) })
      .parse(parse(await read(".github/workflows/release.yml"), { strict: true }));
    const publishing = Object.values(jobs).filter(({ permissions }) => "id-token" in permissions);
    expect(publishing).toHaveLength(1);
    const commands = publishing.flatMap(({ steps }) => steps.map(({ run }) => run)).join("\n");
    expect(commands).toContain("npm publish");
    expect(commands).not.toMatch(/pnpm|npm (?:ci|install|run|test)|npx/);
  });
});
