import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { openDocument } from "@mdreader/client/live";
import { createConsumerProject, type Project } from "@mdreader/packaging/testing";
import { startTestServer, type TestServer } from "@mdreader/testing";
import { openBrowser } from "@mdreader/testing/browser";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const readHere = (path: string) => readFile(join(import.meta.dirname, path), "utf8");
const findExamples = (guide: string) =>
  Array.from(guide.matchAll(/^```tsx\n(.*?)^```$/gms), ([, code = ""]) => code);

/** `@trpc/tanstack-react-query` requires the version of tRPC that it was published with. */
const trpc = "11.22.1";

const made = new AsyncDisposableStack();
let project: Project;
let server: TestServer;
beforeAll(async () => {
  project = made.use(
    await createConsumerProject({
      packages: ["@mdreader/react", "@mdreader/client"],
      dependencies: {
        "@tanstack/react-query": null,
        "@trpc/client": trpc,
        "@trpc/server": trpc,
        "@trpc/tanstack-react-query": trpc,
        "@types/node": null,
        "@types/react": null,
        "@types/react-dom": null,
        react: null,
        "react-dom": null,
        "y-protocols": null,
        yjs: null,
      },
      // The declarations of this version of tRPC lack types.
      skipLibCheck: true,
    }),
  );
  const config: unknown = JSON.parse(await readFile(join(project.folder, "tsconfig.json"), "utf8"));
  const { compilerOptions } = Object(config);
  await project.write(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { ...compilerOptions, jsx: "react-jsx" } }),
  );
  const [program = "", ...others] = findExamples(await readHere("../README.md"));
  expect(others).toEqual([]);
  const code = program.split("\n").filter((line) => line !== "");
  expect(code.length).toBeLessThanOrEqual(30);
  await project.write("page.tsx", program);
  server = made.use(await startTestServer());
});
afterAll(() => made.disposeAsync());

describe("the package, installed in a separate project", () => {
  test("has the types of all procedures, and the examples in the guides type-check", async () => {
    await project.write("types.tsx", typesProgram);
    await project.write("given.d.ts", given);
    for (const [index, example] of findExamples(await readHere("../../../docs/client.md")).entries())
      await project.write(`example-${index}.tsx`, `${example}\nexport {};\n`);
    await project.checkTypes();
  });

  test("runs the program of its README in a browser", async () => {
    const script = await bundle(join(project.folder, "page.tsx"));
    const [ada, ben] = [await server.createUser(), await server.createUser({ username: "ben" })];
    const { id: workspaceId } = await ada.createWorkspace({ members: { editor: [ben] } });
    const { id } = await ada.createDocument({ workspaceId, title: "Plan", content: "# Plan\n" });
    const token = (await ada.client.session.accessToken()) ?? "";

    const browser = await openBrowser();
    made.defer(() => browser.close());
    const page = await browser.newPage();
    const body = `<body data-token="${token}" data-workspace="${workspaceId}" data-document="${id}">
      <script type="module">${script.replaceAll("</script", "<\\/script")}</script></body>`;
    await page.route(`${server.url}/page`, (route) => route.fulfill({ contentType: "text/html", body }));
    await page.goto(`${server.url}/page`);
    const expectText = (selector: string) => expect.poll(() => page.locator(selector).textContent());
    await expectText("pre").toBe("# Plan\n");
    await expectText("nav").toBe("Plan");

    const live = made.use(await openDocument(ben.client, id));
    await live.synced();
    live.ytext.insert(live.ytext.length, "from Ben\n");
    await expectText("pre").toBe("# Plan\nfrom Ben\n");
    await expectText("p").toBe("ben");
    await ben.client.document.update.mutate({ id, title: "Schedule" });
    await expectText("nav").toBe("Schedule");
  });

  test("contains only the hooks, and leaves libraries to those who use it", async () => {
    const installed = join(project.folder, "node_modules/@mdreader/react");
    const manifest: unknown = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    expect(manifest).not.toHaveProperty("dependencies");
    expect(Object.keys(Object(manifest).peerDependencies).toSorted()).toEqual([
      "@mdreader/client",
      "@tanstack/react-query",
      "@trpc/client",
      "@trpc/server",
      "@trpc/tanstack-react-query",
      "react",
    ]);
  });

  test("has the version of the client", async () => {
    const version = async (path: string) => /^ {2}"version": "([^"]+)"/m.exec(await readHere(path))?.[1];
    expect(await version("../package.json")).toBe(await version("../../client/package.json"));
  });
});

/** Bundles a program of the project. @returns One script. */
async function bundle(input: string): Promise<string> {
  await using build = await rolldown({
    input,
    platform: "browser",
    transform: { define: { "process.env.NODE_ENV": JSON.stringify("production") } },
    logLevel: "silent",
  });
  const { output } = await build.generate({ codeSplitting: false });
  return output[0].code;
}

const typesProgram = `
import { pagedQuery, useTRPC } from "@mdreader/react";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";

export function useTypes(workspaceId: string): string | undefined {
  const trpc = useTRPC();
  const create = useMutation(trpc.document.create.mutationOptions());
  create.mutate({ workspaceId, title: "Plan" });
  // @ts-expect-error A title is text.
  create.mutate({ workspaceId, title: 1 });
  // @ts-expect-error There is no such procedure.
  void trpc.document.created;
  const list = useInfiniteQuery(trpc.document.list.infiniteQueryOptions({ workspaceId }, pagedQuery));
  const titles: string[] = list.data?.pages.flatMap(({ items }) => items.map(({ title }) => title)) ?? [];
  const { data } = useQuery(trpc.document.get.queryOptions({ id: titles[0] ?? "" }));
  // @ts-expect-error There is no such field.
  void data?.text;
  return data?.content;
}
`;

/** The names that the examples in the guide assume. */
const given = `
declare const client: import("@mdreader/client").Client;
declare const workspaceId: string;
declare const documentId: string;
declare const userId: string | undefined;
declare function bindEditor(live: import("@mdreader/client/live").LiveDocument): React.RefCallback<HTMLElement>;
`;
