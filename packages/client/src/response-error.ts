/** A failed response that MDReader did not send, such as the page of a proxy. */
export class ResponseError extends Error {
  readonly status: number;
  /** The time to wait, if the response has one. */
  readonly retryAfterSeconds: number | null;

  constructor({ status, headers }: Response) {
    super(`The server can't be reached: a proxy responded with HTTP ${status}.`);
    this.name = "ResponseError";
    this.status = status;
    const seconds = Number.parseInt(headers.get("retry-after") ?? "", 10);
    this.retryAfterSeconds = Number.isNaN(seconds) ? null : seconds;
  }
}

/** Wraps `send` so that failed responses without JSON throw a ResponseError instead of a syntax error later. */
export function rejectForeignResponses(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init);
    const type = response.headers?.get("content-type") ?? "";
    if (response.status < 400 || type.includes("json")) return response;
    throw new ResponseError(response);
  };
}
