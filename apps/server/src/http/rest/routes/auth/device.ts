import { deviceAuthorizationResponse, signedInResponse } from "../../oauth.ts";
import type { Routes } from "../../route.ts";

export const deviceRoutes = {
  "auth.device.start": {
    addresses: ["POST /auth/device-authorization"],
    summary: "Start the sign-in of a device",
    description:
      "The device authorization endpoint of RFC 8628, for programs that have no page of their own: show the person " +
      "`verificationUri` and `userCode`, and then call `/auth/device-token` until they have approved. Also accepts the " +
      "standard's form, with a name of the program as `client_id`.",
    errors: ["RATE_LIMITED"],
    outputSchema: deviceAuthorizationResponse,
    oauth: "device_authorization",
  },
  "auth.device.login": {
    addresses: ["POST /auth/device-token"],
    summary: "Sign a device in",
    description:
      "Call it every `interval` seconds until it returns something other than `DEVICE_PENDING`. After " +
      "`DEVICE_POLLED_TOO_OFTEN`, wait five seconds longer each time. Also accepts the device code grant of OAuth 2, as " +
      "`/auth/token` does.",
    errors: [
      "DEVICE_PENDING",
      "DEVICE_POLLED_TOO_OFTEN",
      "DEVICE_DENIED",
      "DEVICE_CODE_INVALID",
      "RATE_LIMITED",
    ],
    omittedFields: ["refreshTokenDelivery"],
    outputSchema: signedInResponse,
    oauth: "urn:ietf:params:oauth:grant-type:device_code",
  },
  "auth.device.get": {
    addresses: ["GET /auth/devices/{userCode}"],
    summary: "Get the program that waits for approval",
    errors: ["DEVICE_CODE_INVALID", "RATE_LIMITED"],
  },
  "auth.device.approve": {
    addresses: ["POST /auth/devices/{userCode}/approve"],
    summary: "Let a device sign in to your account",
    errors: ["DEVICE_CODE_INVALID", "RATE_LIMITED"],
  },
  "auth.device.deny": {
    addresses: ["POST /auth/devices/{userCode}/deny"],
    summary: "Refuse the sign-in of a device",
    errors: ["DEVICE_CODE_INVALID", "RATE_LIMITED"],
  },
} satisfies Partial<Routes>;
