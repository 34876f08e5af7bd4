import { AppError, toTrpcError } from "@mdreader/api";
import { TRPCError } from "@trpc/server";

/** Errors for requests that never reach a procedure. `message` is the message, about a field or the whole input. */

export const badRequest = (message: string, field = "") => toTrpcError(badInput(message, field));

export const unsupportedType = (message: string) =>
  new TRPCError({ code: "UNSUPPORTED_MEDIA_TYPE", cause: badInput(message) });

export const tooLarge = () => toTrpcError(new AppError("PAYLOAD_TOO_LARGE"));

export const tooSlow = () => badRequest("the body took too long to arrive");

export const wrongMethod = () => toTrpcError(new AppError("METHOD_NOT_SUPPORTED"));

export const notFound = () => toTrpcError(new AppError("NOT_FOUND"));

const badInput = (message: string, field = "") =>
  new AppError("BAD_INPUT", { fieldErrors: { [field]: [message] } });
