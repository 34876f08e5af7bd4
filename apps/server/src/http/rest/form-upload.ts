import type { IncomingMessage } from "node:http";

import { AppError, receiveUploadForm } from "@mdreader/api";
import { type File, uploadFormInput } from "@mdreader/contract";

import { type BodyOptions, openCallerAccount, readContentType } from "../procedure/body.ts";
import { maxFormBytes, multipartType, readForm } from "../procedure/form.ts";
import type { Endpoint } from "./endpoint.ts";
import { addPathFields, createTextsReader } from "./input.ts";

/** Whether a request sends a file as a form to an endpoint that accepts it. */
export const isFormUpload = (request: IncomingMessage, { route }: Endpoint): boolean =>
  route.form !== undefined && readContentType(request) === multipartType;

const readTexts = createTextsReader(uploadFormInput.shape);

/**
 * Receives a form with a file, and creates the file. The file is streamed to the storage, and the fields count as memory of
 * the caller.
 * @param params The fields in the path.
 * @throws TRPCError or AppError as a procedure.
 */
export async function receiveForm(
  request: IncomingMessage,
  params: Record<string, string>,
  use: Omit<BodyOptions, "paths">,
): Promise<File> {
  const { context } = use;
  const { maxUploadBytes } = context.settings;
  const length = request.headers["content-length"];
  const bytes = length === undefined ? maxUploadBytes : Number(length);
  if (bytes > maxUploadBytes + maxFormBytes) throw new AppError("FILE_TOO_LARGE");
  const account = await openCallerAccount(use);
  if (!account.setBytes(maxFormBytes)) throw new AppError("RATE_LIMITED", { retryAfter: 1 });
  return readForm(request, (fields, { name, body }) => {
    const input = addPathFields(readTexts(fields), readTexts(new URLSearchParams(params)));
    const maxBytes = Math.min(bytes, maxUploadBytes);
    return receiveUploadForm(context, input, { name, maxBytes, hasLength: length !== undefined, body });
  });
}
