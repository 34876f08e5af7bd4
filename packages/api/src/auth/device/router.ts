import {
  deviceAuthorization,
  deviceInput,
  deviceLoginInput,
  deviceStartInput,
  emptyResult,
  pendingDevice,
  signedIn,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { authedProcedure, publicProcedure } from "../../trpc/procedures.ts";
import { approveDevice } from "./approve.ts";
import { denyDevice } from "./deny.ts";
import { getDevice } from "./get.ts";
import { loginDevice } from "./login.ts";
import { startDevice } from "./start.ts";

const managedProcedure = authedProcedure("account.manage");

export const deviceRouter = router({
  start: publicProcedure
    .input(deviceStartInput)
    .output(deviceAuthorization)
    .mutation(({ ctx, input }) => startDevice(ctx, input)),
  login: publicProcedure
    .input(deviceLoginInput)
    .output(signedIn)
    .mutation(({ ctx, input }) => loginDevice(ctx, input)),
  get: managedProcedure
    .input(deviceInput)
    .output(pendingDevice)
    .query(({ ctx, input }) => getDevice(ctx, ctx.access, input)),
  approve: managedProcedure
    .input(deviceInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => approveDevice(ctx, ctx.access, input)),
  deny: managedProcedure
    .input(deviceInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => denyDevice(ctx, ctx.access, input)),
});
