import type { AppRouter } from "@mdreader/api";
import type { ProcedureName, Reason } from "@mdreader/contract";
import type { z } from "zod";

import type { OauthRequest } from "./oauth.ts";

export const methods = ["GET", "POST", "PATCH", "DELETE"] as const;
export type Method = (typeof methods)[number];

/** A method and a path below `/api/v1`, with input fields in braces. */
export type Address = `${Method} /${string}`;

/**
 * The REST route of a procedure. Input fields that are not in the path are sent in the query of a GET, and in the JSON
 * body otherwise.
 */
export interface Route {
  /** The addresses; the first is the primary one. */
  addresses: readonly [Address, ...Address[]];
  /** Notes that apply to REST only, in Markdown. It follows the notes of the procedure. */
  description?: string;
  /**
   * 201 if something is created, 202 if the response does not say what was done. The default is 200, or 204 for responses
   * without a body.
   */
  status?: 201 | 202;
  /** An example body, for inputs whose fields exclude each other. */
  example?: Readonly<Record<string, unknown>>;
  /** Input fields that have no effect over REST. They are not documented. */
  omittedFields?: readonly string[];
  /** A schema that transforms the procedure's output. Its core type is compared with schemas much faster. */
  outputSchema?: z.core.$ZodType;
  /** Another body that the route accepts, a form that sends a file, and the result of such a request. */
  form?: { input: z.ZodObject; output: z.ZodType; reasons: readonly Reason[] };
  /**
   * The operation of requests under OAuth 2's names, unless they name a grant. Such a route also accepts the standard's
   * forms.
   */
  oauth?: OauthRequest;
}

/** A procedure that is not available over REST, and the reason. */
export interface ExcludedRoute {
  reason: string;
}

type Features = AppRouter["_def"]["record"];

/** The names of all queries and mutations of a router and its nested routers. Subscriptions need a WebSocket. */
type Callables<Router, Prefix extends string> = {
  [Name in keyof Router & string]: Router[Name] extends { _def: { type: infer Type } }
    ? Type extends "subscription"
      ? never
      : `${Prefix}${Name}`
    : Callables<Router[Name], `${Prefix}${Name}.`>;
}[keyof Router & string];

/** Names of procedures. One without notes in the contract (`procedureNotes`) does not compile. */
type Noted<Name extends ProcedureName> = Name;

/**
 * A route or a reason for its absence for each query and mutation. A new procedure does not compile without an entry.
 */
export type Routes = Readonly<Record<Noted<Callables<Features, "">>, Route | ExcludedRoute>>;
