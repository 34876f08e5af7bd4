import type { Client } from "@mdreader/client";
import type { Page } from "playwright-core";

import { joinWorkspace, setUpPerson, type WebTest } from "./app.ts";

/** A screen that is compared with its snapshot. */
export interface Screen {
  name: string;
  path: string;
  /** Signed out, if nobody. Default: Ada, who administers the server. */
  isPublic?: boolean;
  isPhone?: boolean;
  view?: "split" | "source" | "reading";
  panel?: "comments" | "history";
  /** Waits until the screen has loaded, and opens what it shows. */
  prepare(page: Page): Promise<void>;
}

const guide = `---
tags: [guide]
---

# Field guide

Bring a **laptop** and curiosity. See [[Packing list]], and ask *anyone* for \`help\`. A stone falls
$h = \\frac{1}{2} g t^2$.

> [!NOTE]
> The river is high in spring.

> [!warning] Mind the bridge
> One person at a time.

| Day | Route | Distance |
|---|---|---:|
| Monday | To the lake | 12 km |
| Tuesday | Over the pass | 18.5 km |

\`\`\`ts
export function estimateHours(kilometers: number): number {
  return kilometers / 4; // with breaks
}
\`\`\`

- [x] Maps
- [ ] Lanterns
`;

const arabic = `# دليل الرحلة

أحضر **حاسوبًا** وفضولًا. اقرأ القائمة قبل السفر، واسأل من تشاء.

> [!NOTE]
> النهر مرتفع في الربيع.

1. الخرائط
2. المصابيح

| اليوم | الطريق |
|---|---|
| الاثنين | إلى البحيرة |
`;

const waitForPreview = (page: Page) => page.locator(".prose[data-ready]").first().waitFor();

/** Fills a server with fixed data. @returns The main screens. */
export async function seedScreens(web: WebTest): Promise<Screen[]> {
  const ada = await setUpPerson(web, "ada");
  if (web.setup.state !== "new") throw new Error("The server has an administrator.");
  const { hash } = new URL(web.setup.url);
  await ada.auth.admin.claim.mutate({ token: new URLSearchParams(hash.slice(1)).get("token") ?? "" });
  await ada.auth.updateProfile.mutate({ fullName: "Ada Lindqvist" });
  const ben = await setUpPerson(web, "ben");
  const { id: emptyId } = await ada.workspace.create.mutate({ name: "Empty" });
  const { id: workspaceId } = await ada.workspace.create.mutate({ name: "Handbook" });
  await joinWorkspace(ben, ada, workspaceId);
  const ids = await seedDocuments(ada, ben, workspaceId);
  const { token } = await ada.document.share.create.mutate({ documentId: ids.guide });
  const workspace = `/w/${workspaceId}`;
  const document = { path: `${workspace}/d/${ids.guide}`, prepare: waitForPreview } as const;
  const waitForHeading = (name: string) => (page: Page) =>
    page.getByRole("heading", { name, exact: true }).first().waitFor();
  return [
    { name: "sign-in", path: "/login", isPublic: true, prepare: waitForHeading("Sign in") },
    { name: "empty-workspace", path: `/w/${emptyId}`, prepare: waitForHeading("Empty") },
    { ...document, name: "split", view: "split" },
    { ...document, name: "reading", view: "reading" },
    {
      ...document,
      name: "comments",
      view: "reading",
      panel: "comments",
      prepare: async (page) => {
        await waitForPreview(page);
        await page.getByRole("article", { name: /Thread about/ }).waitFor();
      },
    },
    {
      ...document,
      name: "history",
      view: "reading",
      panel: "history",
      prepare: async (page) => {
        await waitForPreview(page);
        await page.getByRole("list", { name: "Versions" }).getByRole("listitem").nth(1).waitFor();
      },
    },
    {
      name: "search",
      path: `${workspace}/search?q=laptop`,
      prepare: (page) => page.getByRole("main").locator("mark").first().waitFor(),
    },
    {
      name: "members",
      path: `${workspace}/members`,
      prepare: (page) =>
        page.getByRole("list", { name: "Members" }).getByText("ben", { exact: true }).waitFor(),
    },
    { name: "share", path: `/s/${token}`, isPublic: true, prepare: waitForPreview },
    { name: "administration", path: "/admin/settings", prepare: waitForHeading("Server settings") },
    { ...document, name: "phone-document", isPhone: true, view: "reading" },
    {
      ...document,
      name: "phone-tree",
      isPhone: true,
      view: "reading",
      prepare: async (page) => {
        await waitForPreview(page);
        await page.getByRole("button", { name: "Open sidebar" }).click();
        await page.getByRole("treeitem", { name: "Field guide" }).waitFor();
      },
    },
    { name: "rtl", path: `${workspace}/d/${ids.arabic}`, view: "split", prepare: waitForPreview },
  ];
}

async function seedDocuments(
  ada: Client,
  ben: Client,
  workspaceId: string,
): Promise<{ guide: string; arabic: string }> {
  const folder = await ada.document.folder.create.mutate({ workspaceId, name: "Trips" });
  const create = async (title: string, content: string, folderId: string | null = null) =>
    (await ada.document.create.mutate({ workspaceId, title, content, folderId })).id;
  const id = await create("Field guide", guide.replace("12 km", "11 km"), folder.id);
  await create("Packing list", "# Packing list\n\n- [ ] laptop\n- [ ] brass lantern\n", folder.id);
  await create("Welcome", "# Welcome\n\nEverything begins here.\n");
  await ben.document.update.mutate({ id, content: guide, overwrite: true });
  const comment = { documentId: id, anchor: { quote: "Bring a **laptop** and curiosity." } };
  const { threadId } = await ben.document.comment.create.mutate({ ...comment, body: "Which one?" });
  await ada.document.comment.create.mutate({ documentId: id, threadId, body: "Any that is charged." });
  return { guide: id, arabic: await create("دليل الرحلة", arabic) };
}
