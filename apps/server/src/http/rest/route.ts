import type { AppRouter } from "@mdreader/api";
import type { Reason } from "@mdreader/contract";
import type { z } from "zod";

export const methods = ["GET", "POST", "PATCH", "DELETE"] as const;
export type Method = (typeof methods)[number];

/** A method and a path below `/api/v1`, with the input's fields that are part of it in braces. */
export type Address = `${Method} /${string}`;

/**
 * How a procedure is called over REST. Fields of its input that are not in the path come in the query of a GET, and in
 * the JSON body of anything else.
 */
export interface Route {
  /** Where it is called; the first is the one to be recommended. */
  addresses: readonly [Address, ...Address[]];
  /** What it does, in a few words. */
  summary: string;
  /** What else there is to know. Markdown. */
  description?: string;
  /** 201 for what makes something. Otherwise 200, or 204 where there is nothing to say but that it is done. */
  status?: 201;
  /** What it can fail with beside what all procedures of its kind can. */
  errors?: readonly Reason[];
  /** A body to show, where its fields can't all be given at once. */
  example?: Readonly<Record<string, unknown>>;
  /** Fields of the input that mean nothing over REST. They are not documented. */
  omittedFields?: readonly string[];
  /** What becomes of the procedure's answer. */
  outputSchema?: z.ZodType;
  /** Makes the input of a form that was sent (`application/x-www-form-urlencoded`), where one may be. */
  form?: { schema: z.ZodObject; inputOf(fields: URLSearchParams): Record<string, unknown> };
}

/** A procedure that can't be called over REST, and why. */
export interface ExcludedRoute {
  reason: string;
}

type Features = AppRouter["_def"]["record"];

/** The names of all queries and mutations in a router and those below it. Subscriptions need a WebSocket. */
type Callables<Router, Prefix extends string> = {
  [Name in keyof Router & string]: Router[Name] extends { _def: { type: infer Type } }
    ? Type extends "subscription"
      ? never
      : `${Prefix}${Name}`
    : Callables<Router[Name], `${Prefix}${Name}.`>;
}[keyof Router & string];

/**
 * A route, or a reason to have none, for each query and mutation: whoever adds a procedure decides in `routes` how it is
 * called over REST, or it does not compile.
 */
export type Routes = Readonly<Record<Callables<Features, "">, Route | ExcludedRoute>>;
