import { access, glob, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { validate } from "dockerfile-utils";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { secretSettings } from "./config.ts";
import { createEnvSchema } from "./env-schema.ts";
import { root } from "./installation.ts";
import { createMetrics } from "./metrics.ts";

const read = (path: string) => readFile(join(root, path), "utf8");

const service = z.strictObject({
  image: z.string().optional(),
  build: z.string().optional(),
  profiles: z.array(z.enum(["single", "s3", "cluster"])).optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  depends_on: z
    .union([
      z.array(z.string()),
      z.record(
        z.string(),
        z.strictObject({
          condition: z.enum(["service_started", "service_healthy", "service_completed_successfully"]),
        }),
      ),
    ])
    .optional(),
  environment: z.record(z.string(), z.string()).optional(),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number().int(),
    })
    .optional(),
  networks: z.record(z.string(), z.strictObject({ aliases: z.array(z.string()) })).optional(),
  ports: z.array(z.string()).optional(),
  restart: z.literal("unless-stopped").optional(),
  secrets: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  volumes: z.array(z.string()).optional(),
});

/** The part of Compose's schema that the files use. A file must be strict YAML without duplicate or unknown keys. */
const compose = z.strictObject({
  name: z.string().optional(),
  "x-server": service,
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()).default({}),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })).default({}),
});

const readCompose = async (path: string) =>
  compose.parse(parse(await read(path), { strict: true, merge: true, uniqueKeys: true }));

const servers = ["server", "server-1", "server-2"];

describe("docker-compose.yml", () => {
  let file: z.infer<typeof compose>;

  beforeAll(async () => {
    file = await readCompose("docker-compose.yml");
  });

  it("starts one server, or two behind a proxy, with what they need", () => {
    const started = (profile: "single" | "cluster") =>
      Object.keys(file.services).filter((name) => file.services[name]?.profiles?.includes(profile) ?? true);
    expect(started("single")).toEqual(["server", "postgres", "redis"]);
    expect(started("cluster").toSorted()).toEqual(
      ["postgres", "proxy", "redis", "s3", "s3-bucket", "server-1", "server-2"].toSorted(),
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
    for (const name of servers)
      expect(known).toEqual(expect.arrayContaining(Object.keys(file.services[name]?.environment ?? {})));
  });

  it("publishes ports only on 127.0.0.1", () => {
    for (const { ports = [] } of Object.values(file.services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

describe("deploy/compose.secrets.yml", () => {
  it("takes every secret of the services from a file that it declares", async () => {
    const [file, override] = await Promise.all([
      readCompose("docker-compose.yml"),
      readCompose("deploy/compose.secrets.yml"),
    ]);
    const used = new Set<string>();
    for (const [name, { environment = {} }] of Object.entries(file.services)) {
      const secret = Object.keys(environment).filter((key) =>
        /SECRET|PASSWORD|ROOT_USER|ACCESS_KEY|MC_HOST|_URL$/.test(key),
      );
      const added = override.services[name] ?? {};
      const mounted = (added.secrets ?? []).map((one) => `/run/secrets/${one}`);
      for (const key of secret.filter((one) => !["APP_URL", "REDIS_URL"].includes(one))) {
        expect(added.environment?.[key], `${name} has ${key} in its environment`).toBe("");
        if (key === "MC_HOST_store") continue;
        expect(mounted, `${name} mounts ${key}`).toContain(added.environment?.[`${key}_FILE`]);
      }
      for (const one of added.secrets ?? []) used.add(one);
    }
    expect(Object.keys(override.secrets)).toEqual([...used].toSorted());
  });

  it("can hold every secret setting of the server", () => {
    const secret = Object.keys(createEnvSchema(root).shape).filter((name) =>
      /(SECRET|_TOKEN|PASSWORD|ACCESS_KEY(_ID)?|HEADERS)$|^(DATABASE|AUDIT_DATABASE|REDIS|SMTP)_URL$/.test(
        name,
      ),
    );
    expect(secretSettings.toSorted()).toEqual(secret.toSorted());
  });

  it("names only files that the server reads", async () => {
    const { services } = await readCompose("deploy/compose.secrets.yml");
    const names = servers.flatMap((name) => Object.keys(services[name]?.environment ?? {}));
    const known = secretSettings.flatMap((name) => [name, `${name}_FILE`]);
    expect(known).toEqual(expect.arrayContaining(names));
  });
});

describe("the Dockerfile", () => {
  it("builds on amd64 and arm64 alike", async () => {
    expect(await read("Dockerfile")).not.toMatch(/amd64|arm64|x86_64|aarch64|x64|--platform/);
    const lockfile = await read("pnpm-lock.yaml");
    const names = new Set(Array.from(lockfile.matchAll(/^ {2}'?([^\s']+)'?:$/gm), ([, name]) => name));
    const native = [...names].filter((name) => name !== undefined && /linux-x64(?:-gnu)?@/.test(name));
    expect(native.length).toBeGreaterThan(3);
    for (const name of native) expect(names).toContain(name?.replace("linux-x64", "linux-arm64"));
  });

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
