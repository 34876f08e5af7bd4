import { startS3 } from "@mdreader/server/testing/s3";
import { expect, it } from "vitest";

import { findFreePort, createWorkspace, register, startWebTest } from "./app.ts";

const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

it("an image goes from the editor directly to the S3 storage, the only other origin that the page may contact, and is shown", async () => {
  await using made = new AsyncDisposableStack();
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const s3 = await startS3(made, url);
  const web = made.use(
    await startWebTest({
      APP_PORT: String(port),
      STORAGE: "s3",
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: s3.bucket,
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    }),
  );
  expect(web.url).toBe(url);
  const { page, failures } = await web.person();
  await register(page, url, "ada");
  await createWorkspace(page, "Handbook");
  await page.getByRole("button", { name: "New document or folder" }).click();
  await page.getByRole("menuitem", { name: "New document" }).click();
  await page.waitForURL(/\/d\//);
  await page.locator(".cm-content").waitFor();

  const sent = page.waitForRequest(
    (request) => request.method() === "PUT" && request.url().startsWith(s3.endpoint),
  );
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "map.png", mimeType: "image/png", buffer: picture });
  const request = await sent;
  expect((await request.response())?.status()).toBe(200);
  expect(await request.headerValue("cookie")).toBeNull();
  const shown = page.locator('.prose img[data-path="attachments/map.png"][src]');
  await shown.waitFor();
  await expect
    .poll(() => shown.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth))
    .toBe(1);
  expect(new URL((await shown.getAttribute("src")) ?? "", url).origin).toBe(url);

  const policy = (await fetch(url, { headers: { accept: "text/html" } })).headers.get(
    "content-security-policy",
  );
  const rules = new Map(
    policy?.split("; ").map((rule) => {
      const [name, ...sources] = rule.split(" ");
      return [name, sources] as const;
    }),
  );
  expect(rules.get("connect-src")).toEqual(["'self'", url.replace("http", "ws"), s3.endpoint]);
  expect(rules.get("img-src")).toEqual(["'self'", "data:", "blob:", "https:"]);
  expect(failures).toEqual([]);
});
