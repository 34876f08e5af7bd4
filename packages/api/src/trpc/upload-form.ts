import { file as fileSchema, type File, uploadFormInput } from "@mdreader/contract";
import { TRPCError } from "@trpc/server";

import { requireCredential } from "../access/identity.ts";
import { requireWithTimeout } from "../access/require-with-timeout.ts";
import { checkWorkspace } from "../access/resource-checks.ts";
import { touchApiKey } from "../access/touch-api-key.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { type IncomingFile, assertSameBytes, uploadFile } from "../file/upload-file.ts";
import { toAppError } from "./errors.ts";
import { reserveCallKey, settleReservation } from "./idempotent.ts";

/** The file of a form, which is named by the form or by its own part. */
export interface FormFile extends Omit<IncomingFile, "name"> {
  name: string | undefined;
  /** Whether `maxBytes` is known from the length of the request. */
  hasLength: boolean;
}

/**
 * Creates a file from a form, whose bytes no procedure could receive without buffering them. Input, access and idempotency keys
 * are checked as those of a procedure, before the first byte of the file is read.
 * @throws TRPCError or AppError as a procedure.
 */
export async function receiveUploadForm(
  ctx: Context,
  input: Readonly<Record<string, unknown>>,
  arriving: FormFile,
): Promise<File> {
  const credential = requireCredential(ctx);
  const { success, data, error: cause } = uploadFormInput.safeParse({ name: arriving.name, ...input });
  if (!success) throw new TRPCError({ code: "BAD_REQUEST", cause });
  const { workspaceId, name, ...fields } = data;
  if (name === undefined) throw createFieldError("name", "is required if the file has no name");
  if (fields.size === undefined && !arriving.hasLength) {
    throw createFieldError("size", "is required if the request has no Content-Length");
  }
  const keyed = await reserveCallKey({
    ctx,
    path: "file.createUpload",
    batchIndex: 0,
    meta: { action: "file.upload" },
    getRawInput: async () => ({ form: { ...fields, workspaceId, name } }),
  });
  if (keyed !== null && "result" in keyed) {
    const earlier = fileSchema.parse(keyed.result);
    await assertSameBytes(earlier, arriving.body);
    return earlier;
  }
  const run = async () => {
    const access = await requireWithTimeout(ctx, checkWorkspace(ctx, "file.upload", workspaceId));
    return uploadFile(ctx, access, fields, { ...arriving, name });
  };
  try {
    const file = fileSchema.parse(await run());
    if (keyed !== null)
      await settleReservation(ctx, keyed.reservation, { workspaceId }, { ok: true, data: file });
    if (credential.kind === "apiKey") touchApiKey(ctx, credential);
    return file;
  } catch (error) {
    if (toAppError(error).reason === "INTERNAL") {
      ctx.log.error({ err: error, requestId: ctx.request.id }, "unexpected error");
    }
    if (keyed !== null)
      await settleReservation(ctx, keyed.reservation, { workspaceId }, { ok: false, error });
    throw error;
  }
}

const createFieldError = (field: string, message: string) =>
  new AppError("BAD_INPUT", { fieldErrors: { [field]: [message] } });
