import type { Client } from "@mdreader/client";
import { addTool, type McpContext } from "@mdreader/mcp";
import { z } from "zod";

import { type DeviceAuthorization, startDeviceLogin, waitForApproval } from "../device-login.ts";

/** The sign-in of an agent, which continues between two calls of its tool. */
export interface SignIn {
  /** Returns the sign-in that waits for an approval; null if somebody is signed in. */
  start(): Promise<DeviceAuthorization | null>;
  /** Stops waiting. */
  stop(): void;
}

/** @param account The client that signs in. */
export function createSignIn(account: Client): SignIn {
  const stopped = new AbortController();
  let waiting: DeviceAuthorization | null = null;

  async function finishSignIn(started: DeviceAuthorization): Promise<void> {
    try {
      await waitForApproval(account, started, stopped.signal);
    } catch {
      // It was denied or has expired. The next call starts another one.
    } finally {
      waiting = null;
    }
  }

  return {
    async start() {
      if (await account.session.isSignedIn()) return null;
      if (waiting !== null) return waiting;
      waiting = await startDeviceLogin(account, "Agent");
      void finishSignIn(waiting);
      return waiting;
    },
    stop: () => stopped.abort(),
  };
}

/** Adds the tool with which an agent asks its person to sign in. */
export function addSignInTool(context: McpContext, signIn: SignIn): void {
  addTool(
    context,
    "sign_in",
    {
      title: "Sign in",
      description:
        "Signs in to MDReader with the user's approval. If `isSignedIn` is false, show the user the address and the code, and use the other tools once they have approved.",
      input: {},
      output: z.object({
        isSignedIn: z.boolean(),
        address: z.string().nullable().describe("The page on which the user approves the sign-in."),
        code: z.string().nullable().describe("The code to compare with the one on that page."),
      }),
      effect: "changes",
      isIdempotent: true,
    },
    async () => {
      const started = await signIn.start();
      return started === null
        ? { isSignedIn: true, address: null, code: null }
        : { isSignedIn: false, address: started.verificationUriComplete, code: started.userCode };
    },
  );
}
