import { settingsUpdateInput, settingsView } from "@mdreader/contract";

import { router } from "../../../trpc/init.ts";
import { instanceProcedure } from "../../../trpc/procedures.ts";
import { getSettings } from "./get.ts";
import { updateSettings } from "./update.ts";

export const settingsRouter = router({
  get: instanceProcedure("settings.read")
    .output(settingsView)
    .query(({ ctx }) => getSettings(ctx, ctx.access)),
  update: instanceProcedure("settings.update")
    .input(settingsUpdateInput)
    .output(settingsView)
    .mutation(({ ctx, input }) => updateSettings(ctx, ctx.access, input)),
});
