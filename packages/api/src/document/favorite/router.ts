import { emptyResult, favoriteInput, favoriteList, favoriteListInput } from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { documentProcedure, workspaceQuery } from "../../trpc/procedures.ts";
import { listShortcuts } from "../shortcuts.ts";
import { addFavorite } from "./add.ts";
import { removeFavorite } from "./remove.ts";

export const favoriteRouter = router({
  list: workspaceQuery("favorite.list")
    .input(favoriteListInput)
    .output(favoriteList)
    .query(({ ctx, input }) => listShortcuts(ctx.check, "favorites", input)),

  add: documentProcedure("favorite.update")
    .input(favoriteInput)
    .output(emptyResult)
    .mutation(({ ctx }) => addFavorite(ctx, ctx.access)),

  remove: documentProcedure("favorite.update", "any")
    .input(favoriteInput)
    .output(emptyResult)
    .mutation(({ ctx }) => removeFavorite(ctx, ctx.access)),
});
