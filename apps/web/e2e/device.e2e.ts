import { createClient, isReason } from "@mdreader/client";
import { describe, expect, it } from "vitest";

import { password, register, setUpWeb } from "./app.ts";
import { findBarriers } from "./axe.ts";

const web = await setUpWeb();

describe("a person", () => {
  it("signs in, sees what asks and from where, and approves the sign-in of a device", async () => {
    const { page, failures } = await web.person();
    await using device = createClient({ url: web.url });
    const { deviceCode, userCode, verificationUriComplete } = await device.auth.device.start.mutate({
      clientName: "Command line on a laptop",
    });
    await register(page, web.url, "ada");
    await page.context().clearCookies();
    await page.goto(verificationUriComplete);
    await page.getByLabel("Email", { exact: true }).fill("ada@example.test");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();

    await page.getByRole("heading", { name: "Sign in a device" }).waitFor();
    expect(await page.getByLabel("Code").inputValue()).toBe(userCode);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("Command line on a laptop").waitFor();
    await page.getByText("127.0.0.1").waitFor();
    await page.getByText("ada@example.test").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByText("Return to your device").waitFor();
    const { user } = await device.auth.device.login.mutate({ deviceCode });
    expect(user.username).toBe("ada");
    expect(failures).toEqual([]);
  });

  it("enters a code, is told when it is wrong, and denies a sign-in", async () => {
    const { page, failures } = await web.person();
    await using device = createClient({ url: web.url });
    const { deviceCode, userCode } = await device.auth.device.start.mutate();
    await register(page, web.url, "ben");
    await page.goto(`${web.url}/device`);
    await page.getByLabel("Code").fill("bbbb-bbbb");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("alert").getByText("invalid, was already used, or has expired").waitFor();
    await page.getByLabel("Code").fill("hello");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("must be a code such as").waitFor();
    await page.getByLabel("Code").fill(userCode.toLowerCase());
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByRole("heading", { name: "Sign-in denied" }).waitFor();
    await expect(device.auth.device.login.mutate({ deviceCode })).rejects.toSatisfy((error) =>
      isReason(error, "DEVICE_DENIED"),
    );
    expect(failures).toEqual([]);
  });
});
