import { reasons } from "@mdreader/contract";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { procedureTypes } from "../../../procedures.ts";
import { basePath, endpoints, listPathFields, acceptsBody } from "../endpoint.ts";
import { routes } from "../routes/index.ts";
import { createOpenApiDocument } from "./document.ts";
import { createExample } from "./examples.ts";
import { samples } from "./samples.ts";

const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(1),
  tags: z.array(z.string()).length(1),
  responses: z.record(
    z.string(),
    z.looseObject({ content: z.record(z.string(), z.looseObject({})).optional() }),
  ),
});
const shape = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ examples: z.record(z.string(), z.unknown()) }),
});
const record = z.record(z.string(), z.unknown());
const document = shape.parse(JSON.parse(JSON.stringify(createOpenApiDocument("1.2.3"))));
/** Lists the parameters and properties without a description below a part of the document, by their paths. */
function listUndescribed(part: unknown, path = ""): string[] {
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => {
    const own = `${path}/${key}`;
    const isDescribed = typeof value === "object" && value !== null && "description" in value;
    const mustBe = /\/(?:parameters|properties)\/[^/]+$/.test(own) && !path.includes("/example");
    return [...(mustBe && !isDescribed ? [own] : []), ...listUndescribed(value, own)];
  });
}

const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

describe("the OpenAPI description", () => {
  test("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect([valid, validator.version]).toEqual([true, "3.1"]);
  });

  test("contains every query and mutation, or the reason for its absence", () => {
    const callable = [...procedureTypes].filter(([, type]) => type !== "subscription").map(([name]) => name);
    expect(Object.keys(routes).toSorted()).toEqual(callable.toSorted());
  });

  test("has tags in words, such as `API keys`", () => {
    const tags = new Set(operations.flatMap((each) => each.tags));
    for (const tag of tags) {
      expect(tag).toMatch(/^(?:API|[A-Z][a-z]+)(?: [a-z-]+)*$/);
      expect(tag, "plural").not.toMatch(/[^aeiou]ys$|sss$/);
    }
  });

  test("has unique operation IDs, and an example for each response", () => {
    expect(operations.length).toBe(endpoints.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { operationId, responses } of operations) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        const media = content["application/json"];
        const isShown = media === undefined || "example" in media || "examples" in media;
        expect([operationId, status, isShown]).toEqual([operationId, status, true]);
      }
    }
  });

  test("has no examples of optional parameters, because documentation pages would send them", () => {
    const parameter = z.looseObject({ name: z.string(), required: z.boolean().optional() });
    const all = Object.values(document.paths).flatMap((path) =>
      Object.values(path).flatMap(({ parameters = [] }) => z.array(parameter).parse(parameters)),
    );
    expect(all.length).toBeGreaterThan(50);
    const filled = all.filter(({ required, ...rest }) => required !== true && "example" in rest);
    expect(filled).toEqual([]);
  });

  test("describes every parameter and property", () => {
    expect(listUndescribed(document.paths)).toEqual([]);
    expect(listUndescribed(document.components)).toEqual([]);
  });

  test("has the headers of conditional and repeated requests, and the parameters of pages", () => {
    const parameter = z.looseObject({ name: z.string() });
    const list = (path: string, method: string) =>
      z
        .array(parameter)
        .parse(document.paths[basePath + path]?.[method]?.["parameters"])
        .map(({ name }) => name);
    expect(list("/documents/{id}", "get")).toEqual(["id", "if-none-match"]);
    expect(list("/documents/{id}", "patch")).toEqual(["id", "idempotency-key", "if-match"]);
    expect(list("/workspaces", "get")).toEqual(["cursor", "limit", "deleted", "if-none-match"]);
  });

  test("lists every authorization error", () => {
    const { responses } = operation.parse(document.paths[`${basePath}/documents/{id}`]?.["patch"]);
    expect(Object.keys(responses)).toEqual([
      "200",
      "400",
      "401",
      "403",
      "404",
      "409",
      "412",
      "413",
      "415",
      "422",
      "428",
      "429",
      "500",
      "503",
    ]);
    expect(Object.keys(document.components.examples).toSorted()).toEqual(Object.keys(reasons).toSorted());
  });
});

describe("each endpoint", () => {
  test("has a path that differs from all others by more than its field names", () => {
    const addresses = endpoints.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`);
    expect(addresses.toSorted()).toEqual([...new Set(addresses)].toSorted());
    const templates = new Map<string, Set<string>>();
    for (const { path } of endpoints) {
      const key = path.replaceAll(/\{\w+\}/g, "{}");
      templates.set(key, (templates.get(key) ?? new Set()).add(path));
    }
    expect([...templates.values()].filter(({ size }) => size > 1)).toEqual([]);
  });

  test("uses only input fields of its procedure in the path", () => {
    for (const endpoint of endpoints) {
      const unknown = listPathFields(endpoint).filter((name) => !Object.hasOwn(endpoint.fields, name));
      expect([endpoint.path, unknown]).toEqual([endpoint.path, []]);
    }
  });

  test("has examples that match its input and output", () => {
    for (const endpoint of endpoints) {
      const { outputSchema, input, fields, path, procedure, route } = endpoint;
      if (acceptsBody(endpoint)) {
        const inPath = Object.fromEntries(listPathFields(endpoint).map((name) => [name, samples[name]]));
        const body = {
          ...inPath,
          ...(route.example ?? record.parse(createExample(z.object(fields), "input"))),
        };
        expect([procedure, input.safeParse(body).error]).toEqual([procedure, undefined]);
      }
      if (outputSchema === null) continue;
      // The output after all transforms is what clients receive.
      const responseSchema =
        outputSchema instanceof z.ZodPipe ? z.instanceof(z.ZodType).parse(outputSchema.out) : outputSchema;
      expect([path, responseSchema.safeParse(createExample(outputSchema, "output")).error]).toEqual([
        path,
        undefined,
      ]);
    }
  });
});
